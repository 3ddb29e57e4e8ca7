/** How far the run is. `queued + atWork + judged + contact + skipped` is always `hosts`. */
import type { Outcome, Status } from '../core/verdict.ts';
import { statusOf } from './host-state.ts';

export interface Totals {
  readonly hosts: number;
  readonly queued: number;
  readonly atWork: number;
  readonly judged: number;
  readonly contact: number;
  readonly skipped: number;
  /** Hosts that have an outcome, by its status; they add up to `judged + contact + skipped`. */
  readonly statuses: Readonly<Record<Status, number>>;
}

export type Tally = { -readonly [Key in keyof Totals]: Totals[Key] } & {
  statuses: Record<Status, number>;
};

export function newTally(): Tally {
  return {
    hosts: 0,
    queued: 0,
    atWork: 0,
    judged: 0,
    contact: 0,
    skipped: 0,
    statuses: {
      ok: 0,
      failing: 0,
      'scan-failing': 0,
      'reboot-required': 0,
      blocked: 0,
      waiting: 0,
      unmanaged: 0,
      'no-data': 0,
      unreachable: 0,
      skipped: 0,
    },
  };
}

/** Counts a host in (`by` 1) or out (`by` -1) of where it stands. */
export function count(
  tally: Tally,
  host: { readonly stage: string; readonly outcome: Outcome | undefined },
  by: 1 | -1,
): void {
  if (host.outcome === undefined) {
    tally[host.stage === 'queued' ? 'queued' : 'atWork'] += by;
    return;
  }
  tally[host.outcome.kind] += by;
  tally.statuses[statusOf(host.outcome)] += by;
}
