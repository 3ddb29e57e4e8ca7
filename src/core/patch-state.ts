/** Where a host stands among the states of patch consoles, and where one update stands on a host. */
import type { Pointer } from './verdict.ts';

/** In the order in which they are tested. */
export const STATES = [
  'no-policy',
  'no-data',
  'reboot-required',
  'install-error',
  'approved-pending',
  'fully-patched',
] as const;
export type State = (typeof STATES)[number];

/** What can decide a test. What an id says, with its values filled in, is a matter of the reader's language. */
export const REASONS = [
  'policy-in-inventory',
  'policy-of-agent',
  'policy-value',
  'deployed',
  'agent-without-policy',
  'nothing-covers',
  'contact',
  'service-off',
  'search-fails',
  'search-told',
  'agent-told',
  'history-told',
  'nothing-told',
  'restart-due',
  'no-restart',
  'failed',
  'failed-before',
  'undone',
  'nothing-failed',
  'approved-missing',
  'offered',
  'nothing-offered',
  'nothing-missing',
  'ground',
  'could-not-look',
] as const;
export type ReasonId = (typeof REASONS)[number];

/** What decided a test, and where it was read; empty for what was concluded from several places. */
export interface Reason {
  readonly id: ReasonId;
  /** Names, codes and times, as they are in any language. */
  readonly values: readonly string[];
  readonly pointer: Pointer;
}

export interface Step {
  readonly state: State;
  /** `unknown` where nobody could look: neither true nor false. */
  readonly holds: 'true' | 'false' | 'unknown';
  readonly because: readonly Reason[];
}

export interface StatusPath {
  /** The first true test; null where none is. */
  readonly state: State | null;
  /** All six, in order; those behind the first true one are tested as well. */
  readonly steps: readonly Step[];
  /** Tests before it that could not be decided: any of them may be the true state. */
  readonly unsure: readonly State[];
}

/** `no-record`: looked, and nothing speaks of it. `unknown`: could not look, which is not the same. */
export const UPDATE_STATES = [
  'failing',
  'waits-for-restart',
  'missing',
  'installed',
  'no-record',
  'unknown',
] as const;

export interface UpdateState {
  readonly state: (typeof UPDATE_STATES)[number];
  /** Where it was read; empty for `no-record` and `unknown`. */
  readonly pointer: Pointer;
  /** Of the failure, where there is one. */
  readonly code?: string;
}
