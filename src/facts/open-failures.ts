/**
 * Installations that failed and are still open. History and noise end here: a failure that anything later
 * contradicts is not among them, so no cause can be built on it.
 */
import type { Attempt } from './attempts.ts';
import { attemptsIn, isMoreSpecific } from './attempts.ts';
import type { Knowledge } from './knowledge.ts';
import type { Reading } from './reading.ts';
import { DAY, HOUR, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import type { Family } from './update-family.ts';
import { familyOf, kbIn, seriesOf } from './update-family.ts';

export const failureShape = {
  /** KB, else title: what a reader calls it. */
  name: 'string',
  kb: 'string',
  title: 'string',
  family: 'string',
  code: 'string',
  at: 'time',
  first: 'time',
  tries: 'double',
  source: 'string',
  /** Failed within an hour after a start that followed a success waiting for that start. */
  afterRestart: 'bool',
  /** Windows Installer noted a failure beside it. */
  msi: 'bool',
} as const;

export const openShape = { installs: [failureShape] } as const;

/** Updates that were installed but wait for a restart. */
export const waitingShape = { updates: [{ name: 'string', at: 'time' }], newest: 'time' } as const;

/** What was installed of the operating system. */
export const installedShape = {
  /** Newest success of anything but definitions. */
  newest: 'time',
  name: 'string',
  ageDays: 'double',
  /** Microsoft publishes every fourth or fifth Tuesday: within 35 days. */
  isInDueTime: 'bool',
  updates: [{ name: 'string', at: 'time' }],
  /** Reported as installed before the last start, though the running build is older than they are. */
  undone: [{ name: 'string', at: 'time', build: 'string', running: 'string' }],
} as const;

/** A day before the first open failure: older traces do not belong to it. Never reached when nothing is open. */
export function troubleSince({ open }: Pick<Installations, 'open'>): number {
  return Math.min(...open.installs.map(({ first }) => first.getTime())) - DAY;
}

export interface Installations {
  readonly open: Fact<typeof openShape>;
  readonly waiting: Fact<typeof waitingShape>;
  readonly installed: Fact<typeof installedShape>;
}

/** Attempts this close together are one: history, event log and servicing tell the same story. */
const SAME_ATTEMPT = 10 * 60_000;

export function installations(reading: Reading, knowledge: Knowledge): Installations {
  const isKnown =
    reading.has('windowsUpdate', 'windowsUpdate.history') &&
    reading.evidence.windowsUpdate?.history !== undefined;
  const hasEvents = reading.has('events');
  if (!isKnown && !hasEvents) {
    return {
      open: unknown(openShape),
      waiting: unknown(waitingShape),
      installed: unknown(installedShape),
    };
  }
  const revisions = revisionsOf(reading, knowledge);
  const updates = [...grouped(attemptsIn(reading), revisions).values()].filter(
    ({ family }) => family !== 'definition',
  );
  const context = contextOf(reading, updates, revisions);
  const installs = updates
    .flatMap((update) => openFailure(update, context) ?? [])
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const from = isKnown ? '/windowsUpdate/history' : '/events';
  return {
    open: { known: true, from, installs },
    waiting: waitingOf(updates, context, from),
    installed: installedOf(updates, context, from),
  };
}

interface Update {
  readonly key: string;
  readonly family: Family;
  readonly attempts: readonly Attempt[];
}

/** KBs of this build that the table knows, with the revision each brings. */
type Revisions = ReadonlyMap<string, number>;

function revisionsOf({ evidence }: Reading, { builds }: Knowledge): Revisions {
  return new Map(
    builds.filter(({ build }) => build === evidence.os?.build).map(({ kb, ubr }) => [kb, ubr]),
  );
}

function grouped(attempts: readonly Attempt[], revisions: Revisions): ReadonlyMap<string, Update> {
  const msiBehind = attempts.filter(
    ({ code, outcome }) => outcome === 'failed' && code === '0x80070643',
  );
  const groups = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (isEchoOfMsi(attempt, msiBehind)) continue;
    const same = groups.get(attempt.key);
    if (same === undefined) groups.set(attempt.key, [attempt]);
    else same.push(attempt);
  }
  return new Map(
    [...groups].map(([key, list]) => {
      const family = revisions.has(key) ? 'cumulative' : familyOfAll(list);
      return [key, { key, family, attempts: list }];
    }),
  );
}

/** Windows Installer logs the product, Windows Update the KB: one failure, told twice. */
function isEchoOfMsi(attempt: Attempt, failures: readonly Attempt[]): boolean {
  return (
    attempt.source === 'msi' &&
    attempt.outcome === 'failed' &&
    failures.some(({ source, at }) => source !== 'msi' && Math.abs(at - attempt.at) <= SAME_ATTEMPT)
  );
}

function familyOfAll(attempts: readonly Attempt[]): Family {
  const kb = attempts.find((attempt) => attempt.kb !== '')?.kb ?? '';
  const told = attempts.find((attempt) => attempt.title !== '' && attempt.source !== 'servicing');
  const last = attempts.findLast(({ outcome }) => outcome === 'failed');
  const isFromWindows = attempts.some(({ source }) => source !== 'msi' && source !== 'agent');
  return familyOf({ kb, title: told?.title ?? '', code: last?.code ?? '', isFromWindows });
}

interface Context {
  readonly reading: Reading;
  readonly lastBoot: number;
  /** Time of the newest search that succeeded. */
  readonly lastGoodScan: number;
  readonly offered: ReadonlySet<string> | undefined;
  readonly installedKbs: ReadonlyMap<string, number>;
  readonly successes: readonly {
    readonly series: string;
    readonly family: Family;
    readonly at: number;
  }[];
  readonly recoveryFailures: readonly number[];
  readonly msiFailures: readonly number[];
  readonly revisions: Revisions;
  /** When the newest cumulative update was put in place for good; 0 when nothing tells. */
  readonly rollupInstalled: number;
}

function contextOf(reading: Reading, updates: readonly Update[], revisions: Revisions): Context {
  const { evidence } = reading;
  const update = evidence.windowsUpdate;
  const scanned =
    update?.scan?.result?.startsWith('succeeded') === true ? timeOf(update.scan.at) : 0;
  return {
    reading,
    lastBoot: timeOf(evidence.os?.lastBoot),
    lastGoodScan: Math.max(timeOf(update?.lastScanSuccess), scanned),
    offered: offeredKeys(reading),
    installedKbs: new Map(
      (evidence.hotfixes ?? []).map(({ kb, installedOn }) => [
        kb.toUpperCase(),
        timeOf(installedOn) || Infinity,
      ]),
    ),
    successes: updates.flatMap(({ family, attempts }) =>
      attempts
        .filter(({ outcome }) => outcome !== 'failed')
        .map(({ title, at }) => ({ series: seriesOf(title), family, at })),
    ),
    recoveryFailures: reading.events('winreagent', 4502).map(({ at }) => at),
    revisions,
    rollupInstalled: Math.max(
      0,
      ...(evidence.packages ?? [])
        .filter(
          ({ name, state }) => name.startsWith('Package_for_RollupFix') && state === 'installed',
        )
        .map(({ installedAt }) => timeOf(installedAt)),
    ),
    msiFailures: reading.events('msiinstaller', 1023, 11_708).map(({ at }) => at),
  };
}

function offeredKeys(reading: Reading): ReadonlySet<string> | undefined {
  const offered = reading.evidence.windowsUpdate?.applicable;
  if (offered === undefined || !reading.has('windowsUpdate', 'windowsUpdate.applicable'))
    return undefined;
  const keys = offered
    .filter(({ hidden }) => hidden !== true)
    .flatMap(({ kb, updateId, title }) => [
      kb ?? kbIn(title),
      updateId?.toLowerCase() ?? '',
      seriesOf(title),
    ]);
  return new Set(keys.filter((key) => key !== ''));
}

type Failure = Fact<typeof openShape>['installs'][number];

function openFailure(update: Update, context: Context): Failure | undefined {
  const last = update.attempts.at(-1);
  const failed = update.attempts.filter(({ outcome }) => outcome === 'failed');
  const newest = failed.at(-1);
  if (last === undefined || newest === undefined) return undefined;
  const lastSuccess = update.attempts.findLast(({ outcome }) => outcome !== 'failed')?.at ?? 0;
  if (lastSuccess > newest.at || isContradicted(update, newest, context)) return undefined;
  const open = failed.filter(({ at }) => at > lastSuccess);
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
    first: new Date(attempts[0]?.at ?? latest.at),
    tries: attempts.reduce((sum, { count }) => sum + count, 0),
    source: latest.source,
    msi:
      latest.source === 'msi' ||
      context.msiFailures.some((at) => Math.abs(at - latest.at) <= SAME_ATTEMPT),
    afterRestart: isUndone(update, latest.at, context.lastBoot),
  };
}

/** One entry per attempt; the closest source gives code and place, the loudest the count. */
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
      count: Math.max(attempt.count, before.count),
    };
  }
  return merged;
}

/** Anything later that says the failure is settled. */
function isContradicted(
  { key, family, attempts }: Update,
  newest: Attempt,
  context: Context,
): boolean {
  const installedOn = context.installedKbs.get(newest.kb);
  // Hotfix dates carry no time of day.
  if (installedOn !== undefined && installedOn + DAY > newest.at) return true;
  // A cumulative update counts as installed once the running build has reached it, whatever history says.
  const revision = context.revisions.get(newest.kb);
  const running = context.reading.evidence.os?.ubr;
  if (revision !== undefined && running !== undefined && running >= revision) return true;
  if (family === 'cumulative' && context.rollupInstalled > newest.at) return true;
  const series = seriesOf(newest.title);
  const isReplaced = context.successes.some(
    (success) => success.at > newest.at && success.series === series && series !== '',
  );
  if (isReplaced) return true;
  if (newest.source === 'agent' || newest.source === 'msi') return false;
  if (context.offered !== undefined && context.lastGoodScan > newest.at) {
    const names = [key, newest.kb, ...attempts.map((one) => one.key), series];
    if (!names.some((name) => context.offered?.has(name) === true)) return true;
  }
  return isLeftBehind(newest, family, context);
}

/** Windows retries what it offers: an attempt that nothing followed for a month, while others went well, is past. */
function isLeftBehind(
  newest: Attempt,
  family: Family,
  { lastGoodScan, successes }: Context,
): boolean {
  return (
    family !== 'feature' &&
    lastGoodScan - newest.at > 30 * DAY &&
    successes.some(({ at }) => at > newest.at)
  );
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

function waitingOf(
  updates: readonly Update[],
  { lastBoot }: Context,
  from: string,
): Fact<typeof waitingShape> {
  const waiting = updates
    .flatMap(({ key, attempts }) => {
      const wish = attempts.findLast(({ outcome }) => outcome === 'waits');
      const last = attempts.at(-1);
      if (wish === undefined || last === undefined || wish.at <= lastBoot) return [];
      // Event 19 says "installed" of the same attempt, and knows nothing of restarts.
      const isLast = last.outcome !== 'failed' && last.at - wish.at <= SAME_ATTEMPT;
      return isLast
        ? [{ from: wish.from, name: wish.kb || wish.title || key, at: new Date(wish.at) }]
        : [];
    })
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return { known: true, from, updates: waiting, newest: waiting[0]?.at ?? NEVER };
}

function installedOf(
  updates: readonly Update[],
  context: Context,
  from: string,
): Fact<typeof installedShape> {
  const successes = updates
    .filter(({ family }) => family === 'cumulative' || family === 'other')
    .flatMap(({ attempts }) =>
      attempts.filter(
        ({ outcome, source }) => outcome !== 'failed' && source !== 'agent' && source !== 'msi',
      ),
    )
    .toSorted((a, b) => b.at - a.at);
  const { reading } = context;
  const newest = successes[0];
  const at = newest?.at ?? 0;
  return {
    known: true,
    from: newest?.from ?? from,
    newest: new Date(at),
    name: newest === undefined ? '' : newest.kb || newest.title,
    ageDays: at === 0 ? 9999 : (reading.now - at) / DAY,
    isInDueTime: reading.now - at <= 35 * DAY,
    updates: successes.map((one) => ({
      from: one.from,
      name: one.kb || one.title,
      at: new Date(one.at),
    })),
    undone: undoneOf(updates, context),
  };
}

function undoneOf(
  updates: readonly Update[],
  context: Context,
): Fact<typeof installedShape>['undone'] {
  const { revisions, lastBoot, reading } = context;
  const { build, ubr } = reading.evidence.os ?? {};
  if (ubr === undefined) return [];
  return updates.flatMap(({ attempts }) => {
    const last = attempts.at(-1);
    const wanted = revisions.get(last?.kb ?? '');
    if (last === undefined || last.outcome === 'failed' || wanted === undefined) return [];
    if (wanted <= ubr || last.at >= lastBoot) return [];
    return [
      {
        from: last.from,
        name: last.kb,
        at: new Date(last.at),
        build: `${build}.${wanted}`,
        running: `${build}.${ubr}`,
      },
    ];
  });
}
