import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { resolve } from './pointer.ts';
import { judgeCase, parseCase, summarise } from '../../scripts/labelled-case.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const folder = join(import.meta.dirname, 'visible');
const judged = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => judgeCase(catalogue, parseCase(readFileSync(join(folder, name), 'utf8'))));

test.each(judged.map((one) => [one.labelled.id, one] as const))(
  '%s',
  (_, { labelled, verdict, ...one }) => {
    expect(one.forbidden, `${labelled.title}: named though it must not be`).toEqual([]);
    expect(one.isAccused, `${labelled.title}: healthy, but got ${verdict.cause}`).toBe(false);
  },
);

test('the expected cause comes first in at least 95 of 100 cases', () => {
  const { line, share } = summarise(judged);
  process.stdout.write(`${line}\n`);
  expect(share).toBeGreaterThanOrEqual(0.95);
});

test('all that a case with two real causes expects is named', () => {
  const both = judged.find(({ labelled }) => labelled.id.startsWith('v039'));
  expect(both?.verdict.causes.map(({ id }) => id)).toEqual(['disk-full', 'wsus-unreachable']);
});

test('every quote points at a value that is in the document', () => {
  const pointers = judged.flatMap(({ labelled, verdict }) =>
    verdict.causes.flatMap(({ evidence }) =>
      evidence.map(({ pointer }) => ({
        id: labelled.id,
        pointer,
        document: labelled.evidence ?? labelled.contact,
      })),
    ),
  );
  expect(pointers.length).toBeGreaterThan(50);
  for (const { id, pointer, document } of pointers) {
    expect(resolve(document, pointer), `${id} ${pointer}`).toBeDefined();
  }
});
