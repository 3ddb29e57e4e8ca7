/**
 * Installations that failed and are still open. History and noise end here: a failure that anything later
 * contradicts is not among them, so no cause can be built on it.
 */
import type { Attempt } from './attempts.ts';
import { attemptsIn, isMoreSpecific } from './attempts.ts';
import type { Context, Settlement } from './contradictions.ts';
import { contextOf, settlementOf } from './contradictions.ts';
import { installedOf, installedShape, waitingOf, waitingShape } from './installed.ts';
import type { Knowledge } from './knowledge.ts';
import type { Reading } from './reading.ts';
import { DAY, HOUR, LOGS } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import type { Family } from './update-family.ts';
import type { Update } from './updates.ts';
import { revisionsOf, SAME_ATTEMPT, updatesIn } from './updates.ts';

export const failureShape = {
  /** KB, else title: what a reader calls it. */
  name: 'string',
  kb: 'string',
  title: 'string',
  family: 'string',
  code: 'string',
  at: 'time',
  /** 1970 where the first of folded events is not told. */
  first: 'time',
  tries: 'double',
  source: 'string',
  /** Failed within an hour after a start that followed a success waiting for that start. */
  afterRestart: 'bool',
  /** Somebody restarted or shut down the host, or its power was cut, within minutes of it. */
  interrupted: 'bool',
  /** Windows Installer noted a failure beside it. */
  msi: 'bool',
} as const;

export const openShape = { installs: [failureShape] } as const;

/** A day before the first open failure: older traces do not belong to it. Never reached when nothing is open. */
export function troubleSince({ open }: Pick<Installations, 'open'>): number {
  return Math.min(...open.installs.map((failure) => knownStart(failure).getTime())) - DAY;
}

/** When a failure began as far as that is told: of folded events only the newest is. */
export function knownStart({ first, at }: Pick<Failure, 'first' | 'at'>): Date {
  return first.getTime() === 0 ? at : first;
}

/** A failure that something settled. */
export interface Settled {
  readonly update: Update;
  readonly failure: Attempt;
  readonly settlement: Settlement;
}

/** Facts of installations, and what they were told from. */
export interface InstallationHistory {
  readonly installs: Installations;
  readonly updates: readonly Update[];
  readonly settled: readonly Settled[];
  /** The cumulative update of the running build that is only staged. */
  readonly staged: Context['staged'];
}

export interface Installations {
  readonly open: Fact<typeof openShape>;
  readonly waiting: Fact<typeof waitingShape>;
  readonly installed: Fact<typeof installedShape>;
}

export function installations(reading: Reading, knowledge: Knowledge): InstallationHistory {
  const isKnown =
    reading.has('windowsUpdate', 'history') &&
    reading.evidence.windowsUpdate?.history !== undefined;
  // Results of Windows Update stand in System; without it the others tell of failures only, never that there is none.
  if (!isKnown && !reading.hears(LOGS.system)) {
    const installs = {
      open: unknown(openShape),
      waiting: unknown(waitingShape),
      installed: unknown(installedShape),
    };
    return { installs, updates: [], settled: [], staged: undefined };
  }
  const revisions = revisionsOf(reading, knowledge);
  const updates = [...updatesIn(attemptsIn(reading), revisions).values()].filter(
    ({ family }) => family !== 'definition',
  );
  const context = contextOf(reading, updates, revisions);
  const settled: Settled[] = [];
  const open = updates.flatMap((update) => {
    const failure = lastFailure(update);
    if (failure === undefined) return [];
    const settlement = settlementOf(update, failure, context);
    if (settlement === undefined) return [openFailure(update, failure, context)];
    settled.push({ update, failure, settlement });
    return [];
  });
  const from = isKnown ? '/windowsUpdate/history' : '/events';
  const installs = {
    open: {
      known: true,
      from,
      installs: open.toSorted((a, b) => b.at.getTime() - a.at.getTime()),
    },
    waiting: waitingOf(updates, context, from),
    installed: installedOf(updates, context, from),
  };
  return { installs, updates, settled, staged: context.staged };
}

/** The newest failure of an update, unless the same update went in after it. */
function lastFailure({ attempts }: Update): Attempt | undefined {
  const failed = attempts.findLast(({ outcome }) => outcome === 'failed');
  const succeeded = attempts.findLast(({ outcome }) => outcome !== 'failed');
  return failed !== undefined && (succeeded?.at ?? 0) > failed.at ? undefined : failed;
}

type Failure = Fact<typeof openShape>['installs'][number];

function openFailure(update: Update, newest: Attempt, context: Context): Failure {
  const lastSuccess = update.attempts.findLast(({ outcome }) => outcome !== 'failed')?.at ?? 0;
  const open = update.attempts.filter(
    ({ outcome, at }) => outcome === 'failed' && at >= lastSuccess,
  );
  const attempts = mergeAttempts(open);
  const latest = attempts.at(-1) ?? newest;
  const family = familyNear(update.family, latest, context);
  const title = update.attempts.find((one) => one.title !== '')?.title ?? '';
  const kb = update.attempts.find((one) => one.kb !== '')?.kb ?? '';
  return {
    from: latest.from,
    name: kb || title || update.key,
    kb,
    title,
    family,
    code: latest.code,
    at: new Date(latest.at),
    first: firstOf(attempts),
    tries: triesOf(open, attempts),
    source: latest.source,
    msi:
      latest.source === 'msi' ||
      context.msiFailures.some((at) => Math.abs(at - latest.at) <= SAME_ATTEMPT),
    interrupted: context.shutdowns.some((at) => Math.abs(at - latest.at) <= SAME_ATTEMPT),
    afterRestart: isUndone(update, latest.at, context.lastBoot),
  };
}

/** The collector folds equal events into the newest: of those the first is not told. */
function firstOf([oldest]: readonly Attempt[]): Date {
  return oldest === undefined || oldest.count > 1 ? NEVER : new Date(oldest.at);
}

/** Sources tell of the same attempts, one event by event, another folded: the one that counts most is nearest. */
function triesOf(told: readonly Attempt[], distinct: readonly Attempt[]): number {
  const bySource = Map.groupBy(told, ({ source }) => source);
  const sums = [...bySource.values()].map((list) =>
    list.reduce((sum, { count }) => sum + count, 0),
  );
  return Math.max(distinct.length, ...sums);
}

/** One entry per attempt; the closest source gives code and place, the most exact the count. */
function mergeAttempts(attempts: readonly Attempt[]): readonly Attempt[] {
  const merged: Attempt[] = [];
  for (const attempt of attempts) {
    const before = merged.at(-1);
    if (before === undefined || attempt.at - before.at > SAME_ATTEMPT) {
      merged.push(attempt);
      continue;
    }
    const winner =
      isMoreSpecific(attempt.source, before.source) && attempt.code !== '' ? attempt : before;
    merged[merged.length - 1] = {
      ...winner,
      at: attempt.at,
      count: Math.min(attempt.count, before.count),
    };
  }
  return merged;
}

const WINRE_CODES = new Set(['0x80070643', '0x8024200B', '0x800F0828']);

/** The recovery environment's own agent complaining at the same hour tells what kind of update it was. */
function familyNear(family: Family, latest: Attempt, context: Context): Family {
  const isNear = context.recoveryFailures.some((at) => Math.abs(at - latest.at) <= HOUR);
  const mayBe = family === 'cumulative' || family === 'other';
  return mayBe && isNear && WINRE_CODES.has(latest.code) ? 'winre' : family;
}

function isUndone({ attempts }: Update, failedAt: number, lastBoot: number): boolean {
  const waited = attempts.some(({ outcome, at }) => outcome !== 'failed' && at < lastBoot);
  return waited && failedAt >= lastBoot && failedAt - lastBoot <= HOUR;
}
