/** `patchwhy rules facts`: what a condition may ask, with type and meaning, or with the values of a stored host. */
import { inWords } from '../causes/sentence.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { SHAPES, type FactName, type Facts } from '../facts/declared.ts';
import { FIELD_MEANINGS, MEANINGS } from '../facts/meanings.ts';
import type { Shape } from '../facts/shape.ts';
import { suggestion } from '../inventory/nearest.ts';
import { shippedCatalogue } from './catalogue.ts';
import { paragraph } from './paragraph.ts';
import type { RulesArguments } from './rules-options.ts';
import { printJson, printLines, wrongUse } from './rules.ts';
import { evidenceAt, storedFacts } from './stored-facts.ts';

export async function rulesFactsCommand({
  names = [],
  host,
  against,
  json,
}: RulesArguments): Promise<ExitCode> {
  const facts = (names.length > 0 ? names : Object.keys(SHAPES)).map(factNamed);
  if (host !== undefined) {
    const values = await factsOn(host, against ?? ['last']);
    if (json) await printJson(Object.fromEntries(facts.map((name) => [name, values[name]])));
    else await printLines(facts.flatMap((name) => valueLines(name, values, names.length > 0)));
    return 0;
  }
  if (against !== undefined)
    throw wrongUse('--against shows values of one host', 'name it: --host ws-0142');
  if (json)
    await printJson(
      facts.map((name) => ({ name, meaning: MEANINGS[name], fields: fieldsOf(name) })),
    );
  else if (names.length > 0) await printLines(facts.flatMap(factLines));
  else await printLines(overview(facts));
  return 0;
}

function factNamed(name: string): FactName {
  const found = Object.keys(SHAPES).find((one) => one === name);
  if (found !== undefined) return found as FactName;
  throw new PatchwhyError(
    'rules.unknown',
    `there is no fact ${JSON.stringify(name)}`,
    suggestion(name, Object.keys(SHAPES), 'patchwhy rules facts shows all'),
  );
}

function overview(facts: readonly FactName[]): readonly string[] {
  const width = Math.max(...facts.map(({ length }) => length));
  return [
    ...facts.flatMap((name) => paragraph(`${name.padEnd(width)}  `, MEANINGS[name])),
    '',
    'patchwhy rules facts NAME shows the fields; with --host HOST --against RUN their values.',
  ];
}

interface Field {
  /** `freeGiB`, or `installs.code` for a field of a list's items. */
  readonly name: string;
  readonly type: string;
  readonly meaning?: string;
}

function fieldsOf(fact: FactName): readonly Field[] {
  const fields = (prefix: string, shape: Shape): readonly Field[] =>
    Object.entries(shape).flatMap(([name, kind]) => {
      const path = `${prefix}${name}`;
      const meaning = FIELD_MEANINGS[`${fact}.${path}`];
      const field = (type: string): Field => ({ name: path, type, ...(meaning && { meaning }) });
      if (typeof kind === 'string') return [field(TYPES[kind])];
      return [field('list'), ...fields(`${path}.`, kind[0])];
    });
  return fields('', SHAPES[fact]);
}

const TYPES = { bool: 'true or false', double: 'number', string: 'text', time: 'time' } as const;

function factLines(fact: FactName): readonly string[] {
  const fields = fieldsOf(fact);
  const width = Math.max(...fields.map(({ name }) => name.length));
  return [
    ...paragraph('', `${fact}: ${MEANINGS[fact]}`),
    ...fields.flatMap(({ name, type, meaning = '' }) =>
      paragraph(`  ${name.padEnd(width)}  ${type.padEnd(13)}  `, meaning).map((one) =>
        one.trimEnd(),
      ),
    ),
    ...exampleOf(fact),
    '',
  ];
}

/** How a list is asked, since that is what newcomers stumble over. */
function exampleOf(fact: FactName): readonly string[] {
  const list = Object.entries<Shape[string]>(SHAPES[fact]).find(
    ([, kind]) => typeof kind === 'object',
  );
  if (list === undefined) return [];
  const [name] = list;
  const item = name.charAt(0);
  return [
    `  ask its items: each: ${item} in ${fact}.${name}, or ${fact}.${name}.exists(${item}, …)`,
  ];
}

async function factsOn(host: string, words: readonly string[]): Promise<Facts> {
  const paths = await Promise.all(words.map(evidenceAt));
  for await (const { facts } of storedFacts(paths, shippedCatalogue(), host)) return facts;
  throw new PatchwhyError(
    'rules.unknown',
    `no host ${JSON.stringify(host)} in ${words.join(', ')}`,
    'patchwhy scan --evidence PATH lists the hosts that are there',
  );
}

/** Without a name only what is known, as an overview. */
function valueLines(fact: FactName, facts: Facts, isNamed: boolean): readonly string[] {
  const value = facts[fact];
  if (!value.known) return isNamed ? [`${fact}: could not look`] : [];
  return [fact, ...valuesIn(SHAPES[fact], value, '  ')];
}

function valuesIn(shape: Shape, holder: object, indent: string): readonly string[] {
  const values = holder as Readonly<Record<string, unknown>>;
  return Object.entries(shape).flatMap(([name, kind]) => {
    const value = values[name];
    if (typeof kind === 'string') return paragraph(`${indent}${name}: `, inWords(value));
    const items = value as readonly object[];
    const first = items
      .slice(0, MOST_ITEMS)
      .flatMap((item, at) => [
        `${indent}${name}, item ${at + 1} of ${items.length}`,
        ...valuesIn(kind[0], item, `${indent}  `),
      ]);
    return items.length === 0 ? [`${indent}${name}: none`] : first;
  });
}

/** `--json` has them all. */
const MOST_ITEMS = 5;
