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
}

/** How far a patch came on a host. Times are milliseconds since 1970. */
export interface Progress {
  /** Places in `Memory.patches` and `Memory.hosts`. */
  readonly patch: number;
  readonly host: number;
  readonly firstAt: number;
  /** The earliest time at which it is known to have been there: that of its installation, else of the look that found it. */
  readonly installedAt: number | undefined;
  readonly isTried: boolean;
  readonly lastAt: number;
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
