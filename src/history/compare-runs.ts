/** What changed between two runs. A host that nobody could look at is neither cured nor new: it is not known. */
import { canRecur, type CauseId, HEALTHY } from '../core/verdict.ts';

/** How a host stood in a run; `cause` is undefined where it was skipped. */
export interface Standing {
  readonly host: string;
  readonly status: string;
  readonly cause: CauseId | undefined;
}

export interface RunResult {
  readonly hosts: readonly Standing[];
  readonly threshold: number;
}

/**
 * `cured`: had a cause, has none. `new`: had none or was not in the run before. `changed`: another cause than before,
 * also one for which it could not be looked at. `unknown`: not looked at in one of the two. `same`: as it was, with a
 * cause; `well`: in order in both.
 */
export const CHANGES = ['new', 'changed', 'same', 'unknown', 'cured', 'well'] as const;
export type Change = (typeof CHANGES)[number];

export interface HostChange {
  readonly host: string;
  readonly change: Change;
  readonly before: CauseId | undefined;
  readonly after: CauseId | undefined;
  readonly statusBefore: string | undefined;
  readonly statusAfter: string | undefined;
}

export interface CauseChange {
  readonly cause: CauseId;
  /** Hosts that have it first. */
  readonly before: number;
  readonly after: number;
  /** It has become recurring, or is so no more. */
  readonly crossed: 'up' | 'down' | undefined;
}

export interface RunsCompared {
  readonly hosts: readonly HostChange[];
  readonly causes: readonly CauseChange[];
  readonly counts: Readonly<Record<Change, number>>;
}

export function compareRuns(before: RunResult, after: RunResult): RunsCompared {
  // Windows names are the same in any case.
  const known = new Map(before.hosts.map((standing) => [nameOf(standing), standing]));
  const seen = new Set(after.hosts.map(nameOf));
  const hosts = [
    ...after.hosts.map((now) => changeOf(known.get(nameOf(now)), now)),
    ...before.hosts
      .filter((then) => !seen.has(nameOf(then)))
      .map((then) => changeOf(then, undefined)),
  ].toSorted(
    (a, b) =>
      CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) || COLLATOR.compare(a.host, b.host),
  );
  const counts = Object.fromEntries(
    CHANGES.map((change) => [change, hosts.filter((host) => host.change === change).length]),
  ) as Record<Change, number>;
  return { hosts, causes: causesOf(before, after), counts };
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

function nameOf({ host }: Standing): string {
  return host.toLowerCase();
}

function changeOf(then: Standing | undefined, now: Standing | undefined): HostChange {
  return {
    host: now?.host ?? then?.host ?? '',
    change: kindOf(then, now),
    before: then?.cause,
    after: now?.cause,
    statusBefore: then?.status,
    statusAfter: now?.status,
  };
}

function kindOf(then: Standing | undefined, now: Standing | undefined): Change {
  if (now?.cause === undefined) return 'unknown';
  if (now.cause === HEALTHY) {
    if (then === undefined || then.cause === HEALTHY) return 'well';
    return then.cause === undefined ? 'unknown' : 'cured';
  }
  if (then === undefined || then.cause === HEALTHY) return 'new';
  if (then.cause === undefined) return 'unknown';
  return then.cause === now.cause ? 'same' : 'changed';
}

function causesOf(before: RunResult, after: RunResult): readonly CauseChange[] {
  const [then, now] = [countsOf(before), countsOf(after)];
  return [...new Set([...then.keys(), ...now.keys()])]
    .map((cause): CauseChange => {
      const [was, is] = [then.get(cause) ?? 0, now.get(cause) ?? 0];
      const [wasRecurring, isRecurring] = [was >= before.threshold, is >= after.threshold];
      const crossed = wasRecurring === isRecurring ? undefined : isRecurring ? 'up' : 'down';
      return { cause, before: was, after: is, crossed };
    })
    .toSorted((a, b) => b.after - a.after || b.before - a.before || (a.cause < b.cause ? -1 : 1));
}

function countsOf({ hosts }: RunResult): ReadonlyMap<CauseId, number> {
  const counts = new Map<CauseId, number>();
  for (const { cause } of hosts) {
    if (cause !== undefined && canRecur(cause)) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return counts;
}
