import type { ConsoleFinding } from '../console-report.ts';

/** Codes and end-of-service dates age: after so many days newer updates are likely to be unknown to them. */
const STALE_DAYS = 180;
const DAY_MS = 86_400_000;

export interface CatalogueFacts {
  readonly version: string;
  readonly causes: number;
  readonly codes: number;
  /** When it was last changed. */
  readonly date: Date | undefined;
}

export function checkCatalogue(
  { version, causes, codes, date }: CatalogueFacts,
  now: Date,
): ConsoleFinding {
  const days =
    date === undefined ? undefined : Math.floor((now.getTime() - date.getTime()) / DAY_MS);
  const age = days === undefined ? '' : `, ${days} day${days === 1 ? '' : 's'} old`;
  const text = `${version}${age}: ${causes} causes, ${codes} codes`;
  return days !== undefined && days > STALE_DAYS
    ? {
        about: 'catalogue',
        verdict: 'warning',
        text,
        next: 'install a newer patchwhy: newer updates may be unknown to it',
      }
    : { about: 'catalogue', verdict: 'ok', text };
}
