/** What is remembered of a fleet over all its runs, as figures over time are made from it. Knows no database. */
import type { Labels } from '../core/host.ts';
import type { Offer, PatchStatus } from '../core/host-patch.ts';
import type { CauseId, Status } from '../core/verdict.ts';

/** A host as it stood when it was last in a run. */
export interface RememberedHost {
  readonly name: string;
  readonly labels: Labels;
  /** Of the newest run that had it. */
  readonly status: Status;
  readonly cause: CauseId | undefined;
  readonly lastRun: string;
  /** Milliseconds since 1970: when its first run began, and that newest one. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface RememberedPatch {
  readonly key: string;
  /** `KB5034441`; empty where it has none. */
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  readonly offer: Offer;
  /** Milliseconds since 1970: the first that any host knew of it. */
  readonly firstAt: number;
}

/** How far a patch came on a host. There may be a million of them: each field counts. */
export interface Progress {
  /** Places in `Memory.patches` and `Memory.hosts`. */
  readonly patch: number;
  readonly host: number;
  /**
   * Milliseconds since 1970: the earliest time at which it is known to have been there (that of its installation, else of
   * the look that found it); undefined where the newest look that spoke of it did not find it.
   */
  readonly thereAt: number | undefined;
  readonly isTried: boolean;
  /** Of the newest look that spoke of it. */
  readonly lastStatus: PatchStatus;
}

export interface RememberedRun {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly isComplete: boolean;
  readonly hosts: number;
}

export interface Memory {
  /** Oldest first. */
  readonly runs: readonly RememberedRun[];
  readonly hosts: readonly RememberedHost[];
  readonly patches: readonly RememberedPatch[];
  readonly progress: readonly Progress[];
}
