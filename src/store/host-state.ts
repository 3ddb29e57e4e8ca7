/** One host as the run knows it now, and the group it belongs to. */
import type { Stage } from '../core/contact.ts';
import type { EvidenceRef, Instant } from '../core/event.ts';
import type { HostId, Labels } from '../core/host.ts';
import type { Finding, Outcome, Status } from '../core/verdict.ts';

export interface HostState {
  readonly id: HostId;
  readonly labels: Labels;
  readonly stage: Stage;
  /** When its turn came; undefined while it is queued, and for a host that was never tried. */
  readonly begun: Instant | undefined;
  /** The steps to the host so far. */
  readonly trail: Trail;
  readonly outcome: Outcome | undefined;
  readonly evidence: EvidenceRef | undefined;
}

/** Stages, and when each began and the last one ended, in milliseconds since 1970: two lists, because there is one for each of 50,000 hosts. */
export interface Trail {
  readonly stages: readonly Stage[];
  readonly begun: readonly number[];
}

export type GroupKind =
  | 'cause'
  | 'contact'
  | 'no-evidence'
  | 'skipped'
  | 'ok'
  | 'at-work'
  | 'queued'
  | 'status'
  | 'stage'
  | 'label'
  | 'unlabelled';

/** A cause id, or one of ours with an `@`, which no cause id can have. */
export type GroupId = string;

export interface Place {
  readonly id: GroupId;
  readonly kind: GroupKind;
}

const QUEUED: Place = { id: '@queued', kind: 'queued' };
const AT_WORK: Place = { id: '@at-work', kind: 'at-work' };
const SKIPPED: Place = { id: '@skipped', kind: 'skipped' };
const OK: Place = { id: '@ok', kind: 'ok' };

/** The one group a host stands in, by the cause that comes first. */
export function placeOf(host: Pick<HostState, 'stage' | 'outcome'>): Place {
  const { outcome } = host;
  if (outcome === undefined) return host.stage === 'queued' ? QUEUED : AT_WORK;
  if (outcome.kind === 'skipped') return SKIPPED;
  const { cause } = outcome.verdict;
  if (cause === 'none') return OK;
  return { id: cause, kind: kindOfCause(outcome) };
}

function kindOfCause(outcome: Exclude<Outcome, { kind: 'skipped' }>): GroupKind {
  if (outcome.verdict.cause === 'not-enough-evidence') return 'no-evidence';
  return outcome.verdict.causes[0]?.category === 'contact' ? 'contact' : 'cause';
}

/** The word of the contract for a host that has an outcome. */
export function statusOf(outcome: Outcome): Status {
  return outcome.kind === 'skipped' ? 'skipped' : outcome.verdict.status;
}

/** The finding that comes first; healthy, skipped and unfinished hosts have none. */
export function firstFinding({ outcome }: Pick<HostState, 'outcome'>): Finding | undefined {
  return outcome === undefined || outcome.kind === 'skipped'
    ? undefined
    : outcome.verdict.causes[0];
}
