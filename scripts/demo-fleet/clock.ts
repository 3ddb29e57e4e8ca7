/** The demo's calendar. All times are UTC, ISO 8601, whole seconds. */
import type { Chance } from './chance.ts';

export type Instant = string;

/** The first host answers at this moment, the others in the four minutes after it. */
export const MORNING: Instant = '2026-11-18T06:38:00Z';

/** Second Tuesdays; 2025 only for hosts that have had nothing since. */
const RELEASED = {
  '2025-10': '2025-10-14T17:00:00Z',
  '2025-11': '2025-11-11T18:00:00Z',
  '2026-09': '2026-09-08T17:00:00Z',
  '2026-10': '2026-10-13T17:00:00Z',
  '2026-11': '2026-11-10T18:00:00Z',
} as const;

export type Month = keyof typeof RELEASED;

export interface Span {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** `at` moved by a span; negative numbers go back. */
export function later(at: Instant, span: Span): Instant {
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = span;
  const moved = Date.parse(at) + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return new Date(moved).toISOString().replace('.000Z', 'Z');
}

export function released(month: Month): Instant {
  return RELEASED[month];
}

/** A moment `hours` (from, to) before the host was looked at. */
export function ago(now: Instant, chance: Chance, fromHours: number, toHours: number): Instant {
  return later(now, { seconds: -chance.between(fromHours * 3600, toHours * 3600) });
}
