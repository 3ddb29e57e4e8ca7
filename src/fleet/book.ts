/** What is known of one cause in a fleet. */
import type { HostId } from '../core/host.ts';
import type { CauseId } from '../core/verdict.ts';
import { Counts } from './counts.ts';
import type { Traits } from './traits.ts';

export interface Book {
  readonly cause: CauseId;
  title: string;
  /** Hosts that have it first. */
  readonly hosts: Set<HostId>;
  /** Of these, those with which contact failed. */
  contact: number;
  readonly first: Counts;
  /** Hosts that have it behind another: neither with it nor without. */
  readonly also: Counts;
}

/** A host that has a cause first. */
export interface Member {
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
  readonly dated: Traits['dated'];
}

export function newBook(cause: CauseId): Book {
  return {
    cause,
    title: cause,
    hosts: new Set(),
    contact: 0,
    first: new Counts(),
    also: new Counts(),
  };
}

export function earliest(times: readonly number[]): number {
  return times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
