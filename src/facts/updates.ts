/** Attempts gathered by update: the same thing under whatever name each source knows it. */
import type { Attempt } from './attempts.ts';
import type { Knowledge } from './knowledge.ts';
import type { Reading } from './reading.ts';
import type { Family } from './update-family.ts';
import { familyOf } from './update-family.ts';

/** Attempts this close together are one: history, event log and servicing tell the same story. */
export const SAME_ATTEMPT = 10 * 60_000;

export interface Update {
  readonly key: string;
  readonly family: Family;
  readonly attempts: readonly Attempt[];
}

/** KBs of this build that the table knows, with the revision each brings. */
export type Revisions = ReadonlyMap<string, number>;

export function revisionsOf({ evidence }: Reading, { builds }: Knowledge): Revisions {
  return new Map(
    builds.filter(({ build }) => build === evidence.os?.build).map(({ kb, ubr }) => [kb, ubr]),
  );
}

export function updatesIn(
  attempts: readonly Attempt[],
  revisions: Revisions,
): ReadonlyMap<string, Update> {
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
