/** A run as it is remembered: what is written, what is carried to another store. */
import type { RunInfo } from '../core/event.ts';
import type { Labels } from '../core/host.ts';
import type { KeptPatch } from '../core/host-patch.ts';
import type { CauseId, Outcome, Status } from '../core/verdict.ts';

export interface KeptFinding {
  readonly cause: CauseId;
  /** 0..0.99. */
  readonly confidence: number;
  /** Milliseconds since 1970. */
  readonly firstSeen: number | undefined;
}

/** `host_patch.flags`. */
export const BY_OTHER_MEANS = 1;
export const CLAIM_ONLY = 2;

export interface KeptHost {
  readonly name: string;
  readonly labels: Labels;
  readonly kind: Outcome['kind'];
  readonly status: Status;
  /** Undefined where it was skipped. */
  readonly cause: CauseId | undefined;
  readonly findings: readonly KeptFinding[];
  /** `19045.4046`; empty where nobody could look. */
  readonly build: string;
  /** `it-IT`; empty where nobody says. */
  readonly locale: string;
  /** Milliseconds since 1970. */
  readonly collectedAt: number | undefined;
  readonly mode: 'none' | 'powershell' | 'cmd' | 'file';
  /** Undefined where nobody could look. */
  readonly patches: readonly KeptPatch[] | undefined;
  /** The document as it lies in the run's folder, byte by byte, without the line's end. */
  readonly evidence: Uint8Array | undefined;
}

export interface KeptRunHead {
  readonly run: RunInfo & { readonly finishedAt: string | undefined };
  readonly isComplete: boolean;
  /** Bytes of evidence and of the result that it was read from, as `1234-567`: of two tellings of a run the larger one holds. */
  readonly fingerprint: string;
}
