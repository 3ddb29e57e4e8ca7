/** Conditions of the catalogue: CEL over facts. Names and types are checked against the declared facts. */
import { Environment } from '@marcbachmann/cel-js';
import type { FactName } from '../facts/declared.ts';
import { SHAPES } from '../facts/declared.ts';
import { ALONE } from '../facts/fleet.ts';
import { unknown, type Shape } from '../facts/shape.ts';
import { CONDITION_LIMITS, excessOf } from './bounds.ts';
import type { Each, Sign } from './cause.ts';
import { closureOf, NotOurs } from './closures.ts';

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
  const closure = closureOf(run.ast);
  if (closure === undefined) return (names) => run(names) === true;
  return (names) => {
    try {
      return closure(names) === true;
    } catch (error) {
      if (error instanceof NotOurs) return run(names) === true;
      throw error;
    }
  };
}

let declared: Environment | undefined;

function declaredFacts(): Environment {
  if (declared !== undefined) return declared;
  const environment = new Environment({ limits: CONDITION_LIMITS });
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

/** What is wrong with one sign. `key` is where: `when`, `quote`. */
export interface Complaint {
  readonly key: 'when' | 'quote' | 'at' | 'each' | 'scope';
  readonly text: string;
  /** What to do, where that can be said. */
  readonly hint?: string;
  /** Offset in the text of `key`. */
  readonly offset?: number;
  /** A word that nobody knows, and the words that could have been meant. */
  readonly stranger?: { readonly word: string; readonly known: readonly string[] };
}

/** The first complaint in one line; undefined when all is well. */
export function complaintOf(sign: Sign): string | undefined {
  const [first] = complaintsOf(sign);
  return first && `${first.key}: ${first.text}`;
}

/** All that is wrong with a sign's condition, list, scope or quote. */
export function complaintsOf(sign: Sign): readonly Complaint[] {
  const each = sign.each === undefined ? [] : eachComplaints(sign.each);
  // Without its list, every word of the condition would be a stranger.
  if (each.length > 0) return each;
  return [
    ...conditionComplaints(sign),
    ...scopeComplaints(sign),
    ...braceComplaints(sign.quote),
    ...placeholders(sign.quote).flatMap((path) => pathComplaints('quote', path, sign)),
    ...(sign.at === undefined ? [] : pathComplaints('at', pathOf(sign.at), sign)),
  ];
}

function eachComplaints({ item, fact, list }: Each): readonly Complaint[] {
  const lists = Object.entries<Shape>(SHAPES).flatMap(([name, shape]) =>
    Object.keys(shape).flatMap((field) => (listShape(name, field) ? `${name}.${field}` : [])),
  );
  const path = `${fact}.${list}`;
  if (!lists.includes(path)) {
    const stranger = { word: path, known: lists };
    return [{ key: 'each', text: `${path} is no list of facts`, stranger }];
  }
  if (!isFactName(item)) return [];
  return [
    { key: 'each', text: `${item} is the name of a fact`, hint: 'call the item something else' },
  ];
}

function scopeComplaints(sign: Sign): readonly Complaint[] {
  const asksOthers = factsOf(sign).some((name) => Object.hasOwn(ALONE, name));
  if (asksOthers === (sign.scope === 'fleet')) return [];
  const others = Object.keys(ALONE).join(', ');
  return [
    {
      key: 'scope',
      text: 'must be fleet where other hosts are asked, and only there',
      hint: `facts of other hosts are ${others}`,
    },
  ];
}

const LONGEST_CONDITION = 4000;

function conditionComplaints(sign: Sign): readonly Complaint[] {
  const { when } = sign;
  if (when.length > LONGEST_CONDITION)
    return [{ key: 'when', text: `longer than ${LONGEST_CONDITION} characters`, hint: 'split it' }];
  // has() passes the check on misspelt names, and facts are total: nothing is ever absent.
  const has = /\bhas\s*\(/.exec(withoutTexts(when));
  if (has) {
    const text = 'has() may not be used: facts are total, ask for known';
    return [{ key: 'when', text, offset: has.index, hint: 'compare the field itself' }];
  }
  const environment = sign.each ? withItem(sign.each) : declaredFacts();
  const { valid, type, error } = environment.check(when);
  if (!valid) return [faultOf(error, sign)];
  if (type !== 'bool') {
    const text = `gives ${typeInWords(type ?? 'nothing')}, not true or false`;
    return [{ key: 'when', text, hint: 'compare it: system.freeGiB < 2.0' }];
  }
  const excess = excessOf(environment.parse(when).ast, sign.each !== undefined);
  if (excess) return [{ key: 'when', ...excess }];
  const failure = failsOnEmptyHost(sign);
  return [...(failure ? [failure] : []), ...spellingOfCodes(when)];
}

/**
 * A code in another spelling fits no host, and nobody would notice: other tools tell them without 0x, or as signed and
 * unsigned decimals. Codes of contact are as their protocols have them, decimals among them.
 */
function spellingOfCodes(when: string): readonly Complaint[] {
  const numbers = /\bcontact\b/.test(when) ? /^0x[0-9a-f]+$/i : CODE;
  return Array.from(when.matchAll(/(['"])([-0-9a-fx]+)\1/gi)).flatMap(({ 2: code = '', index }) => {
    if (!numbers.test(code)) return [];
    const spelt = spellingOf(code);
    if (code === spelt) return [];
    const text = `no host ever has ${code}: facts spell it ${spelt}`;
    return [{ key: 'when' as const, text, hint: `write '${spelt}'`, offset: index + 1 }];
  });
}

/** Hexadecimal with or without 0x, or the decimal of an HRESULT; a KB number has seven digits. */
const CODE = /^(?:0x[0-9a-f]+|(?:80|c[01])[0-9a-f]{6}|-?\d{9,10})$/i;

function spellingOf(code: string): string {
  if (/^0x/i.test(code)) return `0x${code.slice(2).toUpperCase()}`;
  const digits = code.length === 8 ? code : (Number(code) >>> 0).toString(16).padStart(8, '0');
  return `0x${digits.toUpperCase()}`;
}

function withItem({ item, fact, list }: Each): Environment {
  return declaredFacts()
    .clone()
    .registerVariable(item, itemTypeName(typeName(fact), list));
}

/** Lists of a host may be empty and texts may say nothing: a condition has to bear that. */
function failsOnEmptyHost({ when, each }: Sign): Complaint | undefined {
  const item = each && listShape(each.fact, each.list);
  const names = { ...emptyHost(), ...(each && item && { [each.item]: unknown(item) }) };
  try {
    compile(when)(names);
    return undefined;
  } catch (error) {
    return {
      key: 'when',
      text: `fails on a host that has none of this${isIndex(error) ? '' : `: ${summaryOf(error)}`}`,
      hint: 'ask lists with exists(): open.installs.exists(f, f.code == ...), never by number',
    };
  }
}

let empty: Readonly<Record<string, unknown>> | undefined;

function emptyHost(): Readonly<Record<string, unknown>> {
  empty ??= Object.fromEntries(
    Object.entries<Shape>(SHAPES).map(([name, shape]) => [name, unknown(shape)]),
  );
  return empty;
}

function isIndex(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'no_such_key';
}

function summaryOf(error: unknown): string {
  if (error instanceof Error && 'summary' in error) return String(error.summary);
  return String(error);
}

/** What CEL says of a condition, in words for somebody who has never heard of CEL. */
function faultOf(error: Fault, sign: Sign): Complaint {
  const { when } = sign;
  const { start = 0, end = 0 } = error?.range ?? {};
  const word = when.slice(start, end);
  const at = { key: 'when', offset: start } as const;
  const summary = error?.summary ?? 'does not compile';
  switch (error?.code ?? '') {
    case 'unknown_variable': {
      const known = [...Object.keys(SHAPES), ...(sign.each ? [sign.each.item] : [])];
      return { ...at, text: `${word} is no fact`, stranger: { word, known } };
    }
    case 'no_such_key': {
      const holder = /(\w+)\s*\.\s*$/.exec(when.slice(0, start))?.[1] ?? '';
      const known = Object.keys(shapeNamed(holder, sign) ?? {});
      const text = `${holder || 'it'} has no field ${word}`;
      return { ...at, text, ...(known.length > 0 && { stranger: { word, known } }) };
    }
    case 'no_such_overload':
    case 'no_matching_overload':
    case 'invalid_logical_operand':
      return { ...at, ...misfit(summary) };
    case 'limit_exceeded':
      return { ...at, text: 'too long or nested too deeply', hint: 'make several signs of it' };
    case 'expected_token':
      return {
        ...at,
        text: 'a bracket is missing',
        hint: 'close what is open; between { } a condition with a comma needs quotes around it',
      };
    case 'unterminated_string':
      return { ...at, text: 'a quote is missing', hint: 'texts stand in single quotes' };
    case 'unexpected_character':
    case 'unexpected_token':
      return { ...at, text: spelling(summary), hint: hintFor(when) };
    default:
      return { ...at, text: summary };
  }
}

type Fault = ReturnType<Environment['check']>['error'];

/** The shape behind a name of a condition: a fact, the item of `each`, or that of `list.exists(name, …)`. */
function shapeNamed(name: string, { each, when }: Sign): Shape | undefined {
  if (name === each?.item) return listShape(each.fact, each.list);
  if (isFactName(name)) return SHAPES[name];
  for (const [, fact = '', list = '', item] of when.matchAll(/(\w+)\.(\w+)\.\w+\(\s*(\w+)\s*,/g)) {
    if (item === name) return listShape(fact, list);
  }
  return undefined;
}

const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bgoogle\.protobuf\.Timestamp\b/g, 'a time'],
  [/\bgoogle\.protobuf\.Duration\b/g, 'a span of time'],
  [/\blist<[^ )]*>/g, 'a list'],
  [/\bFact_\w+/g, 'a fact (say which field)'],
  [/\bdouble\b/g, 'a number'],
  [/\bu?int\b/g, 'a whole number'],
  [/\bstring\b/g, 'a text'],
  [/\bbool\b/g, 'true-or-false'],
];

function typeInWords(types: string): string {
  let words = types;
  for (const [type, word] of TYPE_WORDS) words = words.replace(type, word);
  return words;
}

/** `no such overload: double == string` */
function misfit(summary: string): Pick<Complaint, 'text' | 'hint'> {
  const words = typeInWords(summary.replace(/^no such overload: /, ''));
  const text = `the types do not fit: ${words}`;
  if (/\bstring\b/.test(summary) && /\bint\b/.test(summary))
    return { text, hint: "a code is a text: write '0x80070020' in quotes" };
  if (/\bint\b/.test(summary)) return { text, hint: 'write numbers with a point: 2.0' };
  if (/Timestamp/.test(summary))
    return { text, hint: "compare times with timestamp('2026-01-31T00:00:00Z') or another time" };
  return { text, hint: 'patchwhy rules facts NAME shows the type of each field' };
}

function spelling(summary: string): string {
  if (summary.endsWith('EOF')) return 'ends too early';
  return summary.replace(/^Unexpected (?:character|token): /, 'something here is too much: ');
}

function hintFor(when: string): string {
  const bare = withoutTexts(when);
  if (/\b(?:and|or|not)\b/i.test(bare)) return 'write && for and, || for or, ! for not';
  if (/[^=!<>]=(?!=)/.test(bare)) return 'two things are compared with ==';
  return 'check brackets and quotes; texts stand in single quotes';
}

function withoutTexts(when: string): string {
  return when.replace(/'[^']*'|"[^"]*"/g, (text) => `'${' '.repeat(text.length - 2)}'`);
}

/** What stands in braces and is no value would be printed as it is. */
function braceComplaints(quote: string): readonly Complaint[] {
  return Array.from(quote.matchAll(/\{[^}]*\}?/g))
    .filter(([braces]) => !/^\{\w+\.\w+\}$/.test(braces))
    .map(({ 0: braces, index }) => ({
      key: 'quote',
      text: `${braces} names no value`,
      hint: 'write {fact.field}, for example {system.freeGiB}',
      offset: index,
    }));
}

function listShape(fact: string, list: string): Shape | undefined {
  const kind = isFactName(fact) ? (SHAPES[fact] as Shape)[list] : undefined;
  return typeof kind === 'object' ? kind[0] : undefined;
}

function pathComplaints(
  key: 'quote' | 'at',
  [root, field]: Path,
  { each, quote, at }: Sign,
): readonly Complaint[] {
  const isItem = root === each?.item;
  const shape: Shape | undefined = isItem
    ? listShape(each.fact, each.list)
    : isFactName(root)
      ? SHAPES[root]
      : undefined;
  const path = `${root}.${field}`;
  const offset = Math.max(0, ((key === 'quote' ? quote : at) ?? '').indexOf(path));
  const kind = shape?.[field];
  if (typeof kind === 'string') return [];
  if (kind !== undefined) {
    const hint = 'quote one field of an item: each: f in …, then {f.name}';
    return [{ key, text: `${path} is a list`, hint, offset }];
  }
  const roots = [...Object.keys(SHAPES), ...(each ? [each.item] : [])];
  const stranger = shape
    ? { word: field, known: Object.keys(shape) }
    : { word: root, known: roots };
  return [{ key, text: `${path} is not a fact`, stranger, offset }];
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
