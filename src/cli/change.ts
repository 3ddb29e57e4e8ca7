/** `patchwhy change`: a journal of what was changed, and what it did to the hosts that it touched. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { Language } from '../core/entry.ts';
import { addChange, readChanges } from '../database/changes.ts';
import type { History } from '../database/history.ts';
import { readOutcomes, readRuns } from '../database/read-runs.ts';
import {
  type BeforeAfter,
  beforeAfter,
  type Change,
  type Compared,
  entangled,
  type Stood,
} from '../history/before-after.ts';
import { suggestion } from '../inventory/nearest.ts';
import { OVER_TIME_WORDS } from '../outputs/over-time-words.ts';
import { sheetText } from '../outputs/sheet.ts';
import { languageOf } from './language.ts';
import { historyNeeded } from './open-history.ts';
import { writeAll } from './output-stream.ts';
import { loadRules } from './own-rules.ts';

export interface ChangeAddArguments {
  readonly text: string;
  readonly at: string | undefined;
  readonly hosts: string | undefined;
  readonly client: string | undefined;
}

export async function changeAddCommand(argv: ChangeAddArguments): Promise<ExitCode> {
  const now = Date.now();
  const at = argv.at === undefined ? now : timeOf(argv.at);
  if (at > now)
    throw new PatchwhyError(
      'use',
      `--at ${argv.at} lies ahead`,
      'note a change when it has been made',
    );
  await using history = await historyNeeded(argv.client, loadRules(undefined));
  const change = await addChange(
    history.db,
    { at, text: argv.text.trim(), hosts: argv.hosts ?? '' },
    now,
  );
  await writeAll(
    process.stdout,
    `${change.uid}\npatchwhy change show ${change.uid} compares before and after\n`,
  );
  return 0;
}

export interface ChangeShowArguments {
  readonly id: string | undefined;
  readonly client: string | undefined;
  readonly json: boolean;
  readonly lang: Language | undefined;
}

/** The last change where none is named. */
export async function changeShowCommand(argv: ChangeShowArguments): Promise<ExitCode> {
  await using history = await historyNeeded(argv.client, loadRules(undefined));
  const changes = await readChanges(history.db);
  const change = changeNamed(argv.id, changes);
  const told = await comparisonOf(history, change);
  await writeAll(
    process.stdout,
    argv.json
      ? `${JSON.stringify({ schema: 'patchwhy/change/1', ...told }, undefined, 2)}\n`
      : changeText(told, argv.lang ?? languageOf(process.env)),
  );
  return 0;
}

function changeNamed(id: string | undefined, changes: readonly Change[]): Change {
  const last = changes.at(-1);
  if (last === undefined)
    throw new PatchwhyError(
      'change.none',
      'no change is noted',
      'patchwhy change add "moved WSUS to the new server" --at 2026-11-03 --hosts site:milano',
    );
  if (id === undefined) return last;
  const found = changes.find(({ uid }) => uid === id);
  if (found !== undefined) return found;
  throw new PatchwhyError(
    'change.unknown',
    `there is no change ${JSON.stringify(id)}`,
    suggestion(
      id,
      changes.map(({ uid }) => uid),
      'patchwhy list changes shows them',
    ),
  );
}

/** A cycle and a week: later runs tell of other months. */
const AFTER_MS = 35 * 86_400_000;

export interface Comparison extends BeforeAfter {
  readonly change: Change;
  /** Ids of the runs that are compared. */
  readonly before: string;
  readonly after: string;
  /** Other changes in that time on the same hosts. */
  readonly entangled: readonly Change[];
}

/** The last run before it, and the newest of the five weeks after it. */
export async function comparisonOf({ db }: History, change: Change): Promise<Comparison> {
  const changes = await readChanges(db);
  const runs = (await readRuns(db)).filter(({ complete }) => complete);
  const begun = (run: (typeof runs)[number]): number => Date.parse(run.run.startedAt);
  const before = runs.find((run) => begun(run) < change.at);
  const later = runs.filter((run) => begun(run) >= change.at);
  const after = later.find((run) => begun(run) <= change.at + AFTER_MS) ?? later.at(-1);
  if (before === undefined || after === undefined)
    throw new PatchwhyError(
      'change.one-side',
      `no complete run is remembered from ${before === undefined ? 'before' : 'after'} ${new Date(change.at).toISOString()}`,
      'there must be one on either side: patchwhy list runs shows them',
    );
  const [then, now] = [await stoodIn(db, before.run.id), await stoodIn(db, after.run.id)];
  return {
    change,
    before: before.run.id,
    after: after.run.id,
    ...beforeAfter(change, then, now),
    entangled: entangled(change, changes, { from: begun(before), to: begun(after) }, now),
  };
}

/** A host that could not be looked at says nothing of what a change did to it. */
async function stoodIn(db: History['db'], run: string): Promise<readonly Stood[]> {
  return ((await readOutcomes(db, run)) ?? []).map(({ host, labels, cause, kind }) => ({
    host,
    labels,
    cause: kind === 'judged' ? cause : undefined,
  }));
}

export function changeText(told: Comparison, language: Language): string {
  const words = OVER_TIME_WORDS[language];
  const { change, touched, others, causes, verdict } = told;
  const of = (name: string, compared: Compared): string =>
    `${name}: ${compared.hosts}; ${words.before} ${compared.before}, ${words.after} ${compared.after} (p = ${compared.chance.toPrecision(2)})\n`;
  const moved = causes.filter(({ before, after }) => before !== after);
  const sheet = {
    columns: [
      { id: 'cause', title: words.columns.cause, value: ({ cause }: Moved) => cause },
      { id: 'before', title: words.before, value: ({ before }: Moved) => before },
      { id: 'after', title: words.after, value: ({ after }: Moved) => after },
    ],
    rows: moved,
  };
  return [
    `${new Date(change.at).toISOString().slice(0, 10)} ${change.text} (${change.hosts || '*'})\n`,
    `${told.before} -> ${told.after}\n`,
    `${words.verdicts[verdict]}\n`,
    of(words.touched, touched),
    of(words.others, others),
    moved.length > 0 ? `\n${sheetText(sheet, 'table', process.stdout.columns)}` : '',
    ...told.entangled.map(({ uid, text }) => `\n${words.entangled}: ${uid} ${text}\n`),
  ].join('');
}

type Moved = BeforeAfter['causes'][number];

function timeOf(text: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text);
  const time = isDay
    ? Date.parse(text.length > 10 && !text.endsWith('Z') ? `${text}Z` : text)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new PatchwhyError(
    'use',
    `--at takes a day or a time (UTC), not ${JSON.stringify(text)}`,
    'write it as 2026-11-03 or 2026-11-03T18:30',
  );
}
