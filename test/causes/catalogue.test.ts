import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFiles, readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { compileCatalogue, loadCatalogue } from '../../src/causes/catalogue.ts';
import { PatchwhyError } from '../../src/core/error.ts';

const folder = join(import.meta.dirname, '../../catalogue');
const causeFiles = (): string[] =>
  readdirSync(join(folder, 'causes')).map((name) => name.replace(/\.yaml$/, ''));
const files = readCatalogueFiles(folder);
const DISK = readFileSync(join(folder, 'causes/disk-full.yaml'), 'utf8');

function complaint(text: string): string {
  const others = files.filter(({ name }) => !name.endsWith('disk-full.yaml'));
  try {
    loadCatalogue([...others, { name: 'causes/disk-full.yaml', text }]);
  } catch (error) {
    if (error instanceof PatchwhyError) return error.message;
    throw error;
  }
  return 'no complaint';
}

describe('a faulty entry is refused at load, with file, cause and sign', () => {
  test.each([
    [
      'a misspelt fact',
      'store.fullErrors > 0.0',
      'stor.fullErrors > 0.0',
      /disk-full\.yaml: cause disk-full: sign 5: when: .*stor/,
    ],
    [
      'a misspelt field',
      'store.fullErrors > 0.0',
      'store.fulErrors > 0.0',
      /sign 5: when: .*fulErrors/,
    ],
    [
      'a number against a text',
      'store.fullErrors > 0.0',
      "store.fullErrors == 'x'",
      /sign 5: when: /,
    ],
    [
      'has(), which passes on misspelt names',
      'store.fullErrors > 0.0',
      'has(store.fulErrors)',
      /sign 5: when: has\(\)|sign 5: has\(\)/,
    ],
    ['no condition', 'store.fullErrors > 0.0', 'store.fullErrors', /sign 5: when: gives a number/],
    [
      'a misspelt value in a quote',
      '{store.fullErrors}',
      '{store.fullError}',
      /sign 5: quote: store\.fullError is not a fact/,
    ],
    [
      'a list that is none',
      'f in open.installs',
      'f in open.failures',
      /sign 1: each: open\.failures is no list/,
    ],
    ['a weight above one', 'weight: 0.85', 'weight: 85', /sign 1: weight/],
    ['an unknown key', 'weight: 0.85', 'wieght: 0.85', /sign 1: wieght is not a key/],
    ['an unknown category', 'category: disk-space', 'category: disks', /category: disks/],
    [
      'a cause that is none among the beaten',
      '- msi-install-failed',
      '- msi-failed',
      /beats msi-failed, which is no cause/,
    ],
    ['broken YAML', 'category: disk-space', 'category: [', /disk-full\.yaml: /],
  ])('%s', (_, from, to, expected) => {
    expect(DISK).toContain(from);
    expect(complaint(DISK.replace(from, to))).toMatch(expected);
  });
});

test('the shipped catalogue loads, with the cause of every file in three languages', () => {
  const { causes } = readCatalogueFolder(folder);
  expect([...causes.keys()].toSorted()).toEqual(causeFiles().toSorted());
  const all = [...causes.values()].map(({ cause }) => cause);
  expect(all.filter(({ title }) => Object.values(title).includes(''))).toEqual([]);
  expect(all.filter(({ next }) => next.length >= 200).map(({ id }) => id)).toEqual([]);
});

test('what the build writes is the same catalogue', () => {
  const plain = loadCatalogue(files);
  const tables = files.filter(({ name }) => name.endsWith('.csv'));
  const compiled = loadCatalogue([
    { name: 'catalogue.json', text: compileCatalogue(files) },
    ...tables,
  ]);
  expect([...compiled.causes.values()].map(({ cause }) => cause)).toEqual(
    [...plain.causes.values()].map(({ cause }) => cause),
  );
  expect(compiled.knowledge).toEqual(plain.knowledge);
  expect(compiled.categories).toEqual(plain.categories);
});

test('a catalogue without its table of codes says which file is missing', () => {
  const catalogue = (): unknown =>
    loadCatalogue(files.filter(({ name }) => name !== 'codes.csv')).codes();
  expect(catalogue).toThrow('the catalogue has no codes.csv');
});
