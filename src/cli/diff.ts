/** `patchwhy diff`: what changed between two stored runs. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { compareRuns, type RunResult, type RunsCompared } from '../history/compare-runs.ts';
import { causeChangeColumns, hostChangeColumns } from '../outputs/history-sheets.ts';
import { HISTORY_WORDS } from '../outputs/history-words.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { sheetText } from '../outputs/sheet.ts';
import { SCAN_WORDS, traitText as changedTrait } from '../outputs/scan-words.ts';
import { printable } from '../core/printable.ts';
import { type CauseTraits, traitsChanged } from './diff-traits.ts';
import { languageOf } from './language.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { findRun, newestFirst, resultOf } from './stored-run.ts';

export interface DiffArguments {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
  readonly 'exit-code': boolean;
  readonly lang: Language | undefined;
}

/** 0, or 3 with `--exit-code` when something has changed. */
export async function diffCommand(argv: DiffArguments): Promise<ExitCode> {
  const rules = loadRules(undefined);
  const language = argv.lang ?? languageOf(process.env);
  const { before, after } = await runsOf(argv, rules);
  const compared = compareRuns(standings(before), standings(after));
  const folders = await Promise.all([folderOf(before), folderOf(after)]);
  const traits = await traitsChanged(folders, compared, after.run.threshold);
  const document = {
    schema: 'patchwhy/diff/1',
    before: before.run.id,
    after: after.run.id,
    ...compared,
    traits,
  };
  await writeAll(
    process.stdout,
    argv.json
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : text(before, after, compared, argv.all, language) + traitText(traits, language),
  );
  const { counts } = compared;
  const isChanged = counts.new + counts.changed + counts.cured > 0;
  return argv['exit-code'] && isChanged ? 3 : 0;
}

/** Two runs by name; one, and the one before it over the same hosts; or the last, and the one before it. */
async function runsOf({ before: first, after: second }: DiffArguments, rules: Rules) {
  if (first !== undefined && second !== undefined)
    return { before: await resultNamed(first, rules), after: await resultNamed(second, rules) };
  const after = await resultNamed(first ?? 'last', rules);
  return { before: await resultBefore(after, rules), after };
}

async function resultNamed(word: string, rules: Rules): Promise<ScanDocument> {
  const { folder, run } = await findRun(word);
  const result = await resultOf(folder, rules);
  if (result === undefined)
    throw new PatchwhyError(
      'diff.nothing',
      `run ${run.id} brought nothing home`,
      'take another one: patchwhy list runs',
    );
  return result;
}

async function resultBefore({ run }: ScanDocument, rules: Rules): Promise<ScanDocument> {
  for (const folder of await newestFirst()) {
    const other = await resultOf(folder, rules);
    if (other === undefined || other.run.id >= run.id) continue;
    if (other.run.source === run.source && other.run.inventory === run.inventory) return other;
  }
  throw new PatchwhyError(
    'diff.nothing',
    `no run of the same hosts is stored from before ${run.id}`,
    'name two runs: patchwhy diff BEFORE AFTER; patchwhy list runs shows them',
  );
}

function standings({ hosts, run }: ScanDocument): RunResult {
  return {
    threshold: run.threshold,
    hosts: hosts.map(({ name, cause, status }) => ({
      host: String(name),
      status: String(status),
      cause: typeof cause === 'string' ? cause : undefined,
    })),
  };
}

async function folderOf({ run }: ScanDocument): Promise<string> {
  return (await findRun(run.id)).folder;
}

function traitText(traits: readonly CauseTraits[], language: Language): string {
  const { came, went } = HISTORY_WORDS[language];
  const lines = traits.flatMap(({ cause, changes }) => [
    '',
    cause,
    ...changes.map((change) => {
      const { how, affected, affectedKnown, others, othersKnown } = change;
      const what = printable(changedTrait(change, SCAN_WORDS[language]));
      const say = how === 'came' ? came : went;
      return `  ${say(what, [affected, affectedKnown], [others, othersKnown])}`;
    }),
  ]);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function text(
  before: ScanDocument,
  after: ScanDocument,
  { hosts, causes, counts }: RunsCompared,
  isAll: boolean,
  language: Language,
): string {
  const words = HISTORY_WORDS[language];
  const { columns: width } = process.stdout;
  const shown = isAll
    ? hosts
    : hosts.filter(({ change }) => change !== 'same' && change !== 'well');
  const moved = causes.filter((cause) => cause.before !== cause.after);
  const summary = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([change, count]) => `${count} ${words.changes[change as keyof typeof counts]}`)
    .join(', ');
  return [
    `${before.run.id} -> ${after.run.id}: ${summary || words.nothing}\n`,
    moved.length > 0
      ? `\n${sheetText({ columns: causeChangeColumns(language), rows: moved }, 'table', width)}`
      : '',
    shown.length > 0
      ? `\n${sheetText({ columns: hostChangeColumns(language), rows: shown }, 'table', width)}`
      : '',
  ].join('');
}
