/** The schema that editors read says what the reader says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readCatalogueFiles, readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { addRules } from '../../src/rules/add-rules.ts';
import { readRules } from '../../src/rules/read-rules.ts';
import { listed, ruleText } from './rule-text.ts';

const folder = join(import.meta.dirname, '../../catalogue');
const catalogue = readCatalogueFolder(folder);
const { categories, statuses } = catalogue;
const shipped = readCatalogueFiles(folder).filter(({ name }) => name.startsWith('causes/'));

type Properties = Readonly<Record<string, { readonly enum?: readonly string[] }>>;
type Def = 'cause' | 'sign' | 'case';

const schema = JSON.parse(readFileSync('schemas/rules.schema.json', 'utf8')) as {
  readonly $defs: Readonly<Record<Def, { readonly properties: Properties }>>;
};
const isRules = new Ajv2020({ strict: false }).compile(schema);

test.each(shipped.map(({ name, text }) => [name, text] as const))(
  '%s is a file of rules',
  (_, text) => {
    isRules(parseAllDocuments(text)[0]?.toJS());
    expect(isRules.errors ?? []).toEqual([]);
  },
);

test.each([
  ['one cause', ruleText()],
  ['several', `causes:\n${listed('one')}${listed('two')}`],
  ['several in a bare list', `${listed('one')}${listed('two')}`],
])('%s: both take it', (_, text) => {
  expect(isRules(parse(text))).toBe(true);
  expect(addRules(catalogue, [{ file: 'a.yaml', text }]).problems).toEqual([]);
});

test.each([
  ['an unknown key', ruleText('next:', 'nxet:')],
  ['a weight in percent', ruleText('0.7', '70')],
  ['an unknown category', ruleText('network-download', 'network')],
  ['an unknown state', ruleText('scan-failing', 'broken')],
  ['an id with blanks', ruleText('acme-vpn', 'acme vpn')],
  ['a case that expects nothing', ruleText('signs:', 'cases: [{ evidence: x }]\nsigns:')],
])('%s: both refuse it', (_, text) => {
  expect(isRules(parse(text))).toBe(false);
  expect(addRules(catalogue, [{ file: 'a.yaml', text }]).problems).not.toEqual([]);
});

describe('both know the same words', () => {
  const { cause, sign } = schema.$defs;

  test('of categories and states', () => {
    expect(cause.properties['category']?.enum).toEqual(categories);
    expect(cause.properties['status']?.enum).toEqual(statuses);
  });

  /** What the reader says when it meets a key that nobody means. */
  const keysOf = (text: string): readonly string[] => {
    const { problems } = readRules({ file: 'a.yaml', text }, { categories, statuses });
    const hint = problems.find(({ code }) => code === 'rules.unknown-key')?.hint ?? '';
    return hint.replace(/^its keys are /, '').split(', ');
  };

  test.each([
    ['a cause', 'zzzzzzzzzz: 1\n', cause.properties],
    ['a sign', 'signs: [{ zzzzzzzzzz: 1 }]\n', sign.properties],
    ['a case', 'cases: [{ zzzzzzzzzz: 1 }]\n', schema.$defs.case.properties],
  ])('of the keys of %s', (_, text, properties) => {
    expect(keysOf(text).toSorted()).toEqual(Object.keys(properties).toSorted());
  });
});
