/** What was installed: what waits for a restart, what came last, what the start undid. */
import type { Context } from './contradictions.ts';
import type { Pointer } from '../core/verdict.ts';
import type { Reading } from './reading.ts';
import { DAY, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER } from './shape.ts';
import { familyOf } from './update-family.ts';
import type { Update } from './updates.ts';
import { SAME_ATTEMPT } from './updates.ts';

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
  /** Since the last second Tuesday of a month: there is no later monthly update that could have failed. */
  isLatest: 'bool',
  updates: [{ name: 'string', at: 'time' }],
  /** Reported as installed before the last start, though the running build is older than they are. */
  undone: [{ name: 'string', at: 'time', build: 'string', running: 'string' }],
} as const;

export function waitingOf(
  updates: readonly Update[],
  { lastBoot }: Context,
  from: string,
): Fact<typeof waitingShape> {
  const waiting = updates
    .flatMap(({ key, attempts }) => {
      const wish = attempts.findLast(({ outcome }) => outcome === 'waits');
      const last = attempts.at(-1);
      // Without any start on record nobody can say that there was none since.
      if (wish === undefined || last === undefined || lastBoot === 0 || wish.at <= lastBoot)
        return [];
      // Event 19 says "installed" of the same attempt, and knows nothing of restarts.
      const isLast = last.outcome !== 'failed' && last.at - wish.at <= SAME_ATTEMPT;
      return isLast
        ? [{ from: wish.from, name: wish.kb || wish.title || key, at: new Date(wish.at) }]
        : [];
    })
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return { known: true, from, updates: waiting, newest: waiting[0]?.at ?? NEVER };
}

export function installedOf(
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
  const listed = listedNewest(reading);
  const [latest] = successes;
  // The lists know the day only, so they must be later by more than that.
  const newest =
    latest === undefined || (listed !== undefined && listed.at > latest.at + DAY) ? listed : latest;
  const at = newest?.at ?? 0;
  return {
    known: true,
    from: newest?.from ?? from,
    newest: new Date(at),
    name: newest === undefined ? '' : newest.kb || newest.title,
    ageDays: at === 0 ? 9999 : (reading.now - at) / DAY,
    isInDueTime: reading.now - at <= 35 * DAY,
    isLatest: at >= lastRelease(reading.now),
    updates: successes.map((one) => ({
      from: one.from,
      name: one.kb || one.title,
      at: new Date(one.at),
    })),
    undone: undoneOf(updates, context),
  };
}

/** Midnight of the last second Tuesday of a month. */
function lastRelease(now: number): number {
  const today = new Date(now);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const here = secondTuesday(year, month);
  return here <= now ? here : secondTuesday(year, month - 1);
}

function secondTuesday(year: number, month: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 8 + ((9 - first) % 7));
}

/** What the lists of installed updates say: they outlive a renewed store and a rotated log. */
function listedNewest({ evidence, now }: Reading): Listed | undefined {
  const hotfixes = (evidence.hotfixes ?? []).map(({ kb, installedOn }, position): Listed => ({
    kb,
    title: kb,
    at: isOfSystem(kb) ? timeOf(installedOn) : 0,
    from: `/hotfixes/${position}`,
  }));
  const rollups = (evidence.packages ?? []).map(
    ({ name, state, installedAt }, position): Listed => ({
      kb: '',
      title: name,
      at: isRollup(name) && state === 'installed' ? timeOf(installedAt) : 0,
      from: `/packages/${position}`,
    }),
  );
  return [...hotfixes, ...rollups]
    .filter(({ at }) => at > 0 && at <= now)
    .toSorted((a, b) => b.at - a.at)[0];
}

/** The lists have definitions and the like as well. */
function isOfSystem(kb: string): boolean {
  const family = familyOf({ kb, title: '', code: '', isFromWindows: true });
  return family === 'cumulative' || family === 'other';
}

function isRollup(name: string): boolean {
  return name.startsWith('Package_for_RollupFix');
}

interface Listed {
  readonly kb: string;
  readonly title: string;
  readonly at: number;
  readonly from: Pointer;
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
