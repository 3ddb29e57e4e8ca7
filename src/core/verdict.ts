/** The words of a judgement, shaped as `scan --json` prints them. */
import type { ContactFailure } from './evidence.ts';

export type CauseId = string;

/** JSON pointer into the evidence document: `/volumes/0/freeBytes`. */
export type Pointer = string;

export type Status =
  | 'ok'
  | 'failing'
  | 'scan-failing'
  | 'reboot-required'
  | 'blocked'
  | 'waiting'
  | 'unmanaged'
  | 'no-data'
  | 'unreachable'
  | 'skipped';

export type SignKind = 'strong' | 'weak' | 'against';

/** One line of proof: where it was read and what it says. */
export interface Quote {
  readonly kind: SignKind;
  readonly pointer: Pointer;
  readonly quote: string;
}

/** A cause found on a host. */
export interface Finding {
  readonly id: CauseId;
  readonly title: string;
  readonly category: string;
  /** 0..0.99, two decimals. */
  readonly confidence: number;
  readonly evidence: readonly Quote[];
  /** ISO time of the first failure that belongs to it, where known. */
  readonly firstSeen?: string;
  readonly tries?: number;
  /** The one thing to do next. */
  readonly next?: string;
}

export interface Consequence {
  readonly id: CauseId;
  readonly title: string;
  readonly beatenBy: CauseId;
  readonly confidence: number;
}

/** A section, or a part of one, that was asked for and could not be read. */
export interface Unread {
  readonly section: string;
  readonly hresult?: string;
  readonly message?: string;
}

export type DiscrepancyId =
  | 'history-empty'
  | 'history-short'
  | 'running-but-staged'
  | 'failed-but-listed'
  | 'failed-but-running'
  | 'failed-but-packaged'
  | 'failed-but-not-offered'
  | 'installed-but-not-running'
  | 'failed-against-success'
  | 'success-against-failed'
  | 'codes-differ'
  | 'agent-misses-installed'
  | 'agent-claims-failed';

/** Two sources of one host that do not agree. */
export interface Discrepancy {
  readonly id: DiscrepancyId;
  /** What its sentence names, in the order of the sentence: an update, times, codes, sources. */
  readonly values: readonly string[];
  /** What is not believed, then what is. */
  readonly pointers: readonly [Pointer, Pointer];
}

export interface Verdict {
  readonly status: Status;
  /** The id that comes first; `none` for a healthy host. */
  readonly cause: CauseId;
  /** Best first; empty only when `cause` is `none`. */
  readonly causes: readonly Finding[];
  readonly consequences: readonly Consequence[];
  readonly runnerUp?: { readonly id: CauseId; readonly confidence: number };
  readonly unread: readonly Unread[];
  /** Where sources do not agree; absent where they do. */
  readonly discrepancies?: readonly Discrepancy[];
  /** Why a healthy host counts as healthy. */
  readonly grounds?: readonly string[];
}

/** How a host ended in a run; exactly one per inventory host. */
export type Outcome =
  | {
      readonly kind: 'judged';
      readonly verdict: Verdict;
      readonly collectedAt: string;
      readonly mode: 'powershell' | 'cmd' | 'file';
      /** Why not by PowerShell. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'contact';
      readonly verdict: Verdict;
      readonly contact: ContactFailure['contact'];
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/** For a host whose evidence is less than PowerShell would have brought: `reduced (cmd): 0x800704EC: a policy ...`. */
export function reducedWords({ mode, reason }: { mode?: unknown; reason?: unknown }): string {
  if (mode !== 'cmd') return '';
  return typeof reason === 'string' ? `reduced (cmd): ${reason}` : 'reduced (cmd)';
}

export const HEALTHY = 'none';
export const NOT_ENOUGH_EVIDENCE = 'not-enough-evidence';
export const UNSUPPORTED_OS = 'unsupported-os';

/** The host was reached, and is nothing that can be diagnosed: no failure of contact. */
export function isUnsupported(outcome: Outcome): boolean {
  return outcome.kind === 'contact' && outcome.verdict.cause === UNSUPPORTED_OS;
}

const NOTHING_TO_FIX: ReadonlySet<CauseId> = new Set([
  HEALTHY,
  NOT_ENOUGH_EVIDENCE,
  UNSUPPORTED_OS,
]);

/** A healthy host has no cause, and neither "could not tell" nor another system is one thing that can be fixed once. */
export function canRecur(cause: CauseId): boolean {
  return !NOTHING_TO_FIX.has(cause);
}
