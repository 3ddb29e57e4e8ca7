/** `patchwhy diff`: what changed between two stored runs. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import type { RunInfo } from '../core/event.ts';
import type { History } from '../database/history.ts';
import type { KeptRunHead } from '../database/kept-run.ts';
import { readHeads } from '../database/read-run.ts';
import { readStandings } from '../database/read-runs.ts';
import { compareRuns, type RunResult, type RunsCompared } from '../history/compare-runs.ts';
import { causeChangeColumns, hostChangeColumns } from '../outputs/history-sheets.ts';
import { HISTORY_WORDS } from '../outputs/history-words.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { sheetText } from '../outputs/sheet.ts';
import { SCAN_WORDS, traitText as changedTrait } from '../outputs/scan-words.ts';
import { printable } from '../core/printable.ts';
import { type CauseTraits, traitsChanged } from './diff-traits.ts';
import { languageOf } from './language.ts';
import { historyToRead, notOfClient, runInHistory } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { findRun, newestFirst, resultOf } from './stored-run.ts';

export interface DiffArguments {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
  readonly 'exit-code': boolean;
  readonly client: string | undefined;
  readonly lang: Language | undefined;
}

/** 0, or 3 with `--exit-code` when something has changed. */
export async function diffCommand(argv: DiffArguments): Promise<ExitCode> {
  const rules = loadRules(undefined);
  const language = argv.lang ?? languageOf(process.env);
  const { before, after } = await runsOf(argv, rules);
  const compared = compareRuns(before, after);
  const traits = await changedTraits(before, after, compared);
  const document = {
    schema: 'patchwhy/diff/1',
    before: before.id,
    after: after.id,
    ...compared,
    traits,
  };
  await writeAll(
    process.stdout,
    argv.json
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : comparedText(before, after, compared, argv.all, language) + traitText(traits, language),
  );
  const { counts } = compared;
  const isChanged = counts.new + counts.changed + counts.cured > 0;
  return argv['exit-code'] && isChanged ? 3 : 0;
}

/** A run as it is compared, and what it was asked of. */
export interface ComparedRun extends RunResult {
  readonly id: string;
  readonly tool: RunInfo['tool'];
  readonly source: string;
  readonly inventory: string | undefined;
}

/** Two runs by name; one, and the one before it over the same hosts; or the last, and the one before it. */
async function runsOf({ before: first, after: second, client }: DiffArguments, rules: Rules) {
  await using history = await historyToRead(client, rules);
  if (first !== undefined && second !== undefined)
    return {
      before: await resultNamed(first, history, rules, client),
      after: await resultNamed(second, history, rules, client),
    };
  const after = await resultNamed(first ?? 'last', history, rules, client);
  const before =
    (history && (await remembered(history, after))) ??
    (client === undefined ? await stored(after, rules) : undefined);
  if (before !== undefined) return { before, after };
  throw new PatchwhyError(
    'diff.nothing',
    `no run of the same hosts is stored from before ${after.id}`,
    'name two runs: patchwhy diff BEFORE AFTER; patchwhy list runs shows them',
  );
}

export async function resultNamed(
  word: string,
  history: History | undefined,
  rules: Rules,
  client?: string,
): Promise<ComparedRun> {
  const id = history && (await runInHistory(history, word));
  if (history !== undefined && id !== undefined) {
    const head = (await readHeads(history.db)).find(({ run }) => run.id === id);
    if (head !== undefined) return rememberedRun(history, head);
  }
  if (client !== undefined) throw notOfClient(`run ${word}`, client);
  const { folder, run } = await findRun(word);
  const result = await resultOf(folder, rules);
  if (result === undefined)
    throw new PatchwhyError(
      'diff.nothing',
      `run ${run.id} brought nothing home`,
      'take another one: patchwhy list runs',
    );
  return storedRun(result);
}

/** The run before it over the same hosts, out of the history. */
async function remembered(history: History, after: ComparedRun): Promise<ComparedRun | undefined> {
  const before = (await readHeads(history.db)).findLast(({ run }) => isBefore(run, after));
  return before && rememberedRun(history, before);
}

/** The same out of the runs' own files. */
async function stored(after: ComparedRun, rules: Rules): Promise<ComparedRun | undefined> {
  for (const folder of await newestFirst()) {
    const other = await resultOf(folder, rules);
    if (other !== undefined && isBefore(other.run, after)) return storedRun(other);
  }
  return undefined;
}

function isBefore(
  run: { readonly id: string; readonly source: string; readonly inventory?: string },
  after: ComparedRun,
): boolean {
  return run.id < after.id && run.source === after.source && run.inventory === after.inventory;
}

async function rememberedRun({ db }: History, { run }: KeptRunHead): Promise<ComparedRun> {
  const hosts = await readStandings(db, run.id);
  return {
    id: run.id,
    tool: run.tool,
    source: run.source,
    inventory: run.inventory,
    threshold: run.threshold,
    hosts,
  };
}

export function storedRun({ hosts, run, tool }: ScanDocument): ComparedRun {
  return {
    id: run.id,
    tool,
    source: run.source,
    inventory: run.inventory,
    threshold: run.threshold,
    hosts: hosts.map(({ name, cause, status }) => ({
      host: String(name),
      status: String(status),
      cause: typeof cause === 'string' ? cause : undefined,
    })),
  };
}

/** Nothing where the files of a run are gone: its history says how hosts stood, not what they had. */
async function changedTraits(
  before: ComparedRun,
  after: ComparedRun,
  compared: RunsCompared,
): Promise<readonly CauseTraits[]> {
  try {
    const [then, now] = await Promise.all([findRun(before.id), findRun(after.id)]);
    return await traitsChanged([then.folder, now.folder], compared, after.threshold);
  } catch (error) {
    if (error instanceof PatchwhyError) return [];
    throw error;
  }
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

export function comparedText(
  before: Pick<ComparedRun, 'id'>,
  after: Pick<ComparedRun, 'id'>,
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
    `${before.id} -> ${after.id}: ${summary || words.nothing}\n`,
    moved.length > 0
      ? `\n${sheetText({ columns: causeChangeColumns(language), rows: moved }, 'table', width)}`
      : '',
    shown.length > 0
      ? `\n${sheetText({ columns: hostChangeColumns(language), rows: shown }, 'table', width)}`
      : '',
  ].join('');
}
