import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { resolve } from './pointer.ts';
import { causeByLastCode } from '../../scripts/last-code.ts';
import type { JudgedCase } from '../../scripts/labelled-case.ts';
import { bandsOf, judgeCase, parseCase, summarise } from '../../scripts/labelled-case.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
function judgeFolder(name: string): readonly JudgedCase[] {
  const folder = join(import.meta.dirname, name);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => judgeCase(catalogue, parseCase(readFileSync(join(folder, file), 'utf8'))));
}

const judged = [...judgeFolder('visible'), ...judgeFolder('own')];

test.each(judged.map((one) => [one.labelled.id, one] as const))(
  '%s',
  (_, { labelled, verdict, ...one }) => {
    expect(one.forbidden, `${labelled.title}: named though it must not be`).toEqual([]);
    expect(one.isAccused, `${labelled.title}: healthy, but got ${verdict.cause}`).toBe(false);
  },
);

test.each(['visible', 'own'])('the expected cause comes first in 95 of 100 %s cases', (folder) => {
  const { line, share } = summarise(folder, judgeFolder(folder));
  process.stdout.write(`${line}\n`);
  expect(share).toBeGreaterThanOrEqual(0.95);
});

test('our own cases have every cause of the catalogue, and a healthy host for every third', () => {
  const expected = judgeFolder('own').map(({ labelled }) => labelled.expected.cause);
  const decided = [...catalogue.causes.keys()];
  expect(decided.filter((id) => !expected.includes(id))).toEqual([]);
  expect(expected.filter((id) => id === 'none').length * 3).toBeGreaterThan(decided.length);
});

test('a verdict that is at least 0.9 sure is right in 98 of 100', () => {
  const sure = bandsOf(judged).filter(({ from }) => from >= 0.9);
  const named = sure.reduce((sum, band) => sum + band.named, 0);
  const right = sure.reduce((sum, band) => sum + band.right, 0);
  expect(named).toBeGreaterThan(100);
  expect(right / named).toBeGreaterThanOrEqual(0.98);
});

const UNDECIDED = new Set(['not-enough-evidence', 'unexplained-failure']);

test('every cause has a case that nothing else explains', () => {
  const dispensable = [...catalogue.causes.values()]
    .filter(({ cause, signs }) => signs.length > 0 && !UNDECIDED.has(cause.id))
    .filter(({ cause: { id } }) => {
      const without = {
        ...catalogue,
        causes: new Map([...catalogue.causes].filter(([other]) => other !== id)),
      };
      return judged
        .filter(({ labelled, isFirst }) => isFirst && labelled.expected.cause === id)
        .every(({ labelled }) => judgeCase(without, labelled).isFirst);
    })
    .map(({ cause }) => cause.id);
  expect(dispensable).toEqual([]);
});

test('the last error code, looked up in the table, explains less than six in ten', () => {
  const byCode = judged.filter(({ labelled }) => {
    const { cause, alsoAcceptable } = labelled.expected;
    return [cause, ...alsoAcceptable].includes(causeByLastCode(catalogue, labelled));
  });
  expect(byCode.length).toBeGreaterThan(0);
  expect(byCode.length / judged.length).toBeLessThan(0.6);
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
