/** Judges a folder of labelled cases and says how many verdicts are right: `node scripts/corpus.ts [folder]`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogueFolder } from './catalogue-folder.ts';
import { judgeCase, parseCase, summarise } from './labelled-case.ts';

const root = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(root, 'test/corpus/visible');
const catalogue = readCatalogueFolder(join(root, 'catalogue'));
const judged = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .map((name) => judgeCase(catalogue, parseCase(readFileSync(join(folder, name), 'utf8'))));

for (const { labelled, verdict, isFirst, forbidden, isAccused } of judged) {
  if (isFirst && forbidden.length === 0 && !isAccused) continue;
  const named = verdict.causes.map(({ id, confidence }) => `${id} ${confidence}`).join(', ');
  process.stdout.write(
    `${labelled.id}: expected ${labelled.expected.cause}, got ${named || verdict.cause}\n`,
  );
}
const { line, isClean } = summarise(judged);
process.stdout.write(`${line}\n`);
process.exitCode = isClean ? 0 : 1;
