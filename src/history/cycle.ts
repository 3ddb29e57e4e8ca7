/**
 * Cycles: the months of Microsoft's updates, each from its second Tuesday ("Patch Tuesday", Microsoft Learn, "Windows
 * quality updates") to the day before the next one. All days are those of UTC.
 */
import type { RememberedPatch } from './memory.ts';

/** `2026-11`: sorts by time. */
export type Cycle = string;

const DAY_MS = 86_400_000;
const TUESDAY = 2;

/** Midnight of the second Tuesday of a month; months past December run on. @param month 0 for January */
function secondTuesday(year: number, month: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 8 + ((TUESDAY - first + 7) % 7));
}

/** When a cycle begins, in milliseconds since 1970. */
export function startOfCycle(cycle: Cycle): number {
  return secondTuesday(Number(cycle.slice(0, 4)), Number(cycle.slice(5, 7)) - 1);
}

/** When the next one begins. */
export function endOfCycle(cycle: Cycle): number {
  return secondTuesday(Number(cycle.slice(0, 4)), Number(cycle.slice(5, 7)));
}

/** The cycle that goes on at a time: before its month's second Tuesday, that of the month before. */
export function cycleAt(time: number): Cycle {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const began = time >= secondTuesday(year, month) ? month : month - 1;
  return new Date(Date.UTC(year, began, 1)).toISOString().slice(0, 7);
}

export function isCycle(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** Of patches of months before anybody looked, only what is left over is seen: no figure is made of them. */
export function isWatched(patch: PlacedPatch, firstRunAt: number): boolean {
  return endOfCycle(placeOfPatch(patch).cycle) > firstRunAt;
}

type PlacedPatch = Pick<RememberedPatch, 'title' | 'offer' | 'firstAt'>;

export interface Placed {
  readonly cycle: Cycle;
  /** From when on it could be installed: milliseconds since 1970. */
  readonly since: number;
  /** Published on another day than the second Tuesday; undefined where nobody tells the day. */
  readonly isOutOfBand: boolean | undefined;
}

/**
 * Where a patch belongs: to the month at the head of its title, which Microsoft writes in every language alike; else to
 * the cycle in which it was published, else to that in which it was first seen.
 */
export function placeOfPatch({ title, offer, firstAt }: PlacedPatch): Placed {
  const month = /^(\d{4}-\d{2})\b/.exec(title)?.[1] ?? '';
  const { released } = offer;
  if (isCycle(month)) {
    const start = startOfCycle(month);
    return {
      cycle: month,
      since: released ?? start,
      isOutOfBand: released === undefined ? undefined : dayOf(released) !== start,
    };
  }
  const at = released ?? firstAt;
  const cycle = cycleAt(at);
  return {
    cycle,
    since: at,
    isOutOfBand: released === undefined ? undefined : dayOf(released) !== startOfCycle(cycle),
  };
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS;
}
