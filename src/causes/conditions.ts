/** Conditions of the catalogue: CEL over facts. Names and types are checked against the declared facts. */
import { Environment } from '@marcbachmann/cel-js';
import type { FactName } from '../facts/declared.ts';
import { SHAPES } from '../facts/declared.ts';
import { ALONE } from '../facts/fleet.ts';
import type { Shape } from '../facts/shape.ts';
import type { Sign } from './cause.ts';

export type Condition = (names: Readonly<Record<string, unknown>>) => boolean;

const CEL_TYPES = {
  bool: 'bool',
  double: 'double',
  string: 'string',
  time: 'google.protobuf.Timestamp',
} as const;

/** Facts at run time are plain objects, so conditions run untyped; `complaintOf` has checked them before. */
const RUNNING = new Environment({ unlistedVariablesAreDyn: true });

export function compile(when: string): Condition {
  const run = RUNNING.parse(when);
  return (names) => run(names) === true;
}

let declared: Environment | undefined;

function declaredFacts(): Environment {
  if (declared !== undefined) return declared;
  const environment = new Environment();
  for (const [name, shape] of Object.entries<Shape>(SHAPES)) {
    declareType(environment, typeName(name), { known: 'bool', ...shape });
    environment.registerVariable(name, typeName(name));
  }
  declared = environment;
  return environment;
}

function declareType(environment: Environment, name: string, shape: Shape): void {
  const fields: Record<string, string> = {};
  for (const [field, kind] of Object.entries(shape)) {
    if (typeof kind === 'string') {
      fields[field] = CEL_TYPES[kind];
    } else {
      const item = itemTypeName(name, field);
      declareType(environment, item, kind[0]);
      fields[field] = `list<${item}>`;
    }
  }
  environment.registerType(name, { fields });
}

const typeName = (fact: string): string => `Fact_${fact}`;
const itemTypeName = (type: string, field: string): string => `${type}_${field}`;

/** What is wrong with a sign's condition, list or quote; undefined when all is well. */
export function complaintOf(sign: Sign): string | undefined {
  // has() passes the check on misspelt names, and facts are total: nothing is ever absent.
  if (/\bhas\s*\(/.test(sign.when)) return 'has() may not be used: facts are total, ask for known';
  const asksOthers = factsOf(sign).some((name) => Object.hasOwn(ALONE, name));
  if (asksOthers !== (sign.scope === 'fleet'))
    return 'scope: must be fleet where other hosts are asked, and only there';
  const environment = declaredFacts().clone();
  if (sign.each) {
    const { item, fact, list } = sign.each;
    if (listShape(fact, list) === undefined) return `each: ${fact}.${list} is no list of facts`;
    environment.registerVariable(item, itemTypeName(typeName(fact), list));
  }
  const { valid, type, error } = environment.check(sign.when);
  if (!valid) return `when: ${error?.message.split('\n')[0] ?? 'does not compile'}`;
  if (type !== 'bool') return `when: gives ${type ?? 'nothing'}, not true or false`;
  const named = placeholders(sign.quote).map((path) => quoteComplaint('quote', path, sign));
  const place = sign.at === undefined ? undefined : quoteComplaint('at', pathOf(sign.at), sign);
  return [...named, place].find((complaint) => complaint !== undefined);
}

function listShape(fact: string, list: string): Shape | undefined {
  const kind = isFactName(fact) ? (SHAPES[fact] as Shape)[list] : undefined;
  return typeof kind === 'object' ? kind[0] : undefined;
}

function quoteComplaint(key: string, [root, field]: Path, sign: Sign): string | undefined {
  const shape: Shape | undefined =
    root === sign.each?.item
      ? listShape(sign.each.fact, sign.each.list)
      : isFactName(root)
        ? SHAPES[root]
        : undefined;
  if (shape?.[field] === undefined) return `${key}: ${root}.${field} is not a fact`;
  return typeof shape[field] === 'string' ? undefined : `${key}: ${root}.${field} is a list`;
}

type Path = readonly [root: string, field: string];

/** `fact.field` in its two parts. */
export function pathOf(text: string): Path {
  const [root = '', field = ''] = text.split('.');
  return [root, field];
}

export function placeholders(quote: string): readonly Path[] {
  return Array.from(
    quote.matchAll(/\{(\w+)\.(\w+)\}/g),
    ([, root = '', field = '']) => [root, field] as const,
  );
}

export function isFactName(name: string): name is FactName {
  return Object.hasOwn(SHAPES, name);
}

/** The facts a sign speaks of, in the order it names them. */
export function factsOf(sign: Sign): readonly FactName[] {
  const bare = sign.when.replace(/'[^']*'|"[^"]*"/g, "''");
  const roots = Array.from(bare.matchAll(/(?<![\w.])([a-z]\w*)\s*\./gi), ([, root = '']) => root);
  const quoted = [
    ...placeholders(sign.quote),
    ...(sign.at === undefined ? [] : [pathOf(sign.at)]),
  ].map(([root]) => root);
  return [...new Set([...(sign.each ? [sign.each.fact] : []), ...roots, ...quoted])].filter(
    isFactName,
  );
}
