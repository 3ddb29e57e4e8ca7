/**
 * Judges the labelled cases, ours apart from those handed to us, and says how many verdicts are right, how many a look-up
 * of the last error code gets, and whether the confidence is worth its figure: `node scripts/corpus.ts [folder]`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readCatalogueFolder } from './catalogue-folder.ts';
import { causeByLastCode } from './last-code.ts';
import type { JudgedCase } from './labelled-case.ts';
import { bandsOf, judgeCase, parseCase, summarise } from './labelled-case.ts';

const root = join(import.meta.dirname, '..');
const [asked] = process.argv.slice(2);
const folders: readonly (readonly [name: string, folder: string])[] =
  asked === undefined
    ? [
        ['corpus', join(root, 'test/corpus/visible')],
        ['own', join(root, 'test/corpus/own')],
      ]
    : [[basename(asked), asked]];
const catalogue = readCatalogueFolder(join(root, 'catalogue'));
const all: JudgedCase[] = [];

for (const [name, folder] of folders) {
  const judged = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => judgeCase(catalogue, parseCase(readFileSync(join(folder, file), 'utf8'))));
  all.push(...judged);
  for (const { labelled, verdict, isFirst, forbidden, isAccused } of judged) {
    if (isFirst && forbidden.length === 0 && !isAccused) continue;
    const named = verdict.causes.map(({ id, confidence }) => `${id} ${confidence}`).join(', ');
    process.stdout.write(
      `${labelled.id}: expected ${labelled.expected.cause}, got ${named || verdict.cause}\n`,
    );
  }
  const { line, isClean } = summarise(name, judged);
  process.stdout.write(`${line}\n`);
  if (!isClean) process.exitCode = 1;
  const byCode = judged.filter(({ labelled }) => {
    const { cause, alsoAcceptable } = labelled.expected;
    return [cause, ...alsoAcceptable].includes(causeByLastCode(catalogue, labelled));
  }).length;
  const percent = Math.floor((byCode / judged.length) * 100);
  process.stdout.write(
    `${name}, last error code looked up: ${byCode} of ${judged.length} (${percent} %)\n`,
  );
}

for (const { from, named, right } of bandsOf(all)) {
  const share = named === 0 ? '' : ` (${((right / named) * 100).toFixed(1)} %)`;
  process.stdout.write(`confidence from ${from.toFixed(2)}: ${right} of ${named} right${share}\n`);
}
