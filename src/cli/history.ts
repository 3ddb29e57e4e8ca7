/** `patchwhy history`: how a host, a cause or an update stood from run to run. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { PATCH_STATUSES } from '../core/host-patch.ts';
import { readUpdateOverRuns } from '../database/read-patches.ts';
import { readCauseOverRuns, readHostOverRuns } from '../database/read-timeline.ts';
import { type Moment, turningPoints } from '../history/timeline.ts';
import { momentColumns } from '../outputs/history-sheets.ts';
import { PATCH_WORDS } from '../outputs/patch-words.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { sheetText } from '../outputs/sheet.ts';
import { PatchBook, type PatchSummary } from '../patches/patch-summary.ts';
import { kbOf } from './explain-update.ts';
import { languageOf } from './language.ts';
import { historyToRead } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { patchesOfRun } from './stored-patches.ts';
import { rebuildHistory } from './rebuild-history.ts';
import { newestFirst, resultOf } from './stored-run.ts';

export interface HistoryArguments {
  readonly what: string;
  readonly since: string | undefined;
  readonly client: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
  readonly lang: Language | undefined;
}

export async function historyCommand(argv: HistoryArguments): Promise<ExitCode> {
  const rules = loadRules(undefined);
  if (argv.what === 'rebuild') return rebuildHistory(rules);
  const language = argv.lang ?? languageOf(process.env);
  const since = sinceOf(argv.since);
  const all = (await remembered(argv, rules, language)) ?? (await stored(argv, rules, language));
  const moments = all.filter(({ at }) => at >= since);
  if (moments.length === 0) throw unknown(argv.what);
  const rows = argv.all ? moments.toReversed() : turningPoints(moments);
  const sheet = { columns: momentColumns(language), rows };
  await writeAll(
    process.stdout,
    sheetText(sheet, argv.json ? 'json' : 'table', process.stdout.columns),
  );
  return 0;
}

/** Out of the history; undefined where there is none. */
async function remembered(
  { what, client }: HistoryArguments,
  rules: Rules,
  language: Language,
): Promise<readonly Moment[] | undefined> {
  await using history = await historyToRead(client, rules);
  if (history === undefined) return undefined;
  const { db } = history;
  const nothing = { status: undefined, cause: undefined, hosts: undefined };
  const kb = kbOf(what);
  if (kb !== undefined)
    return (await readUpdateOverRuns(db, kb, language)).map(({ run, startedAt, summary }) => ({
      ...nothing,
      run,
      at: startedAt,
      status: statusesText(summary, language),
      hosts: summary.targeted,
    }));
  if (rules.catalogue.causes.has(what))
    return (await readCauseOverRuns(db, what)).map((moment) => ({
      ...nothing,
      ...moment,
      cause: what,
    }));
  return (await readHostOverRuns(db, what)).map((moment) => ({ ...nothing, ...moment }));
}

/** Out of the runs' own files. */
async function stored(
  { what }: HistoryArguments,
  rules: Rules,
  language: Language,
): Promise<readonly Moment[]> {
  const momentIn = tellerOf(what, rules, language);
  const moments: Moment[] = [];
  for (const folder of await newestFirst()) {
    const result = await resultOf(folder, rules);
    const moment = result && (await momentIn(result, folder));
    if (moment !== undefined) moments.push(moment);
  }
  return moments;
}

type Teller = (result: ScanDocument, folder: string) => Promise<Moment | undefined>;

function tellerOf(what: string, rules: Rules, language: Language): Teller {
  const kb = kbOf(what);
  if (kb !== undefined)
    return (result, folder) => ofUpdate(kb, { result, folder, rules, language });
  if (rules.catalogue.causes.has(what)) return (result) => Promise.resolve(ofCause(what, result));
  return (result) => Promise.resolve(ofHost(what.toLowerCase(), result));
}

function momentOf({ run }: ScanDocument, told: Partial<Moment>): Moment {
  return {
    run: run.id,
    at: new Date(run.startedAt),
    status: undefined,
    cause: undefined,
    hosts: undefined,
    ...told,
  };
}

function ofHost(name: string, result: ScanDocument): Moment | undefined {
  const host = result.hosts.find((each) => String(each['name']).toLowerCase() === name);
  if (host === undefined) return undefined;
  const { status, cause } = host;
  return momentOf(result, {
    status: String(status),
    ...(typeof cause === 'string' && { cause }),
  });
}

/** A run in which nobody had it is a moment as well. */
function ofCause(id: string, result: ScanDocument): Moment {
  const found = result.causes.find((each) => each.id === id);
  return momentOf(result, { cause: id, hosts: found?.hostCount ?? 0 });
}

interface Run {
  readonly result: ScanDocument;
  readonly folder: string;
  readonly rules: Rules;
  readonly language: Language;
}

async function ofUpdate(
  kb: string,
  { result, folder, rules, language }: Run,
): Promise<Moment | undefined> {
  const book = new PatchBook(language);
  for await (const { patches, ...host } of patchesOfRun(folder, rules, () => true))
    book.note({ ...host, patches: patches?.filter((patch) => patch.kb === kb) });
  const [summary] = book.summaries();
  if (summary === undefined) return undefined;
  return momentOf(result, { status: statusesText(summary, language), hosts: summary.targeted });
}

function statusesText({ counts }: PatchSummary, language: Language): string {
  const { statuses } = PATCH_WORDS[language];
  return PATCH_STATUSES.filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${statuses[status]}`)
    .join(', ');
}

function sinceOf(text: string | undefined): Date {
  if (text === undefined) return new Date(0);
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return date;
  throw new PatchwhyError(
    'use',
    `--since takes a day, not ${JSON.stringify(text)}`,
    'write it as 2026-11-01',
  );
}

function unknown(what: string): PatchwhyError {
  return new PatchwhyError(
    'history.unknown',
    `no stored run knows ${JSON.stringify(what)}: no host, no cause, no update of that name`,
    'patchwhy list runs shows what is stored, patchwhy list hosts the hosts of the last run',
  );
}
