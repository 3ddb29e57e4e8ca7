/** Run events: small, serialisable, ordered by `seq`. All that a front end ever sees. */
import type { ContactStage, Stage } from './contact.ts';
import type { ExitCode } from './error.ts';
import type { FleetVerdict } from './fleet.ts';
import type { HostId, Labels } from './host.ts';
import type { CauseId, Outcome, Status } from './verdict.ts';

/** UTC, ISO 8601. */
export type Instant = string;

export interface RunInfo {
  readonly id: string;
  readonly source: 'inventory' | 'hosts' | 'evidence' | 'demo';
  /** The file or folder the hosts came from, as the user gave it. */
  readonly inventory?: string;
  readonly startedAt: Instant;
  /** A cause that comes first on this many distinct hosts is recurring. */
  readonly threshold: number;
  readonly tool: {
    readonly name: 'patchwhy';
    readonly version: string;
    readonly catalogue: string;
    /** Files of causes that the user added. */
    readonly rules?: readonly RulesUsed[];
  };
}

export interface RulesUsed {
  /** Name of the file, without its folder. */
  readonly name: string;
  readonly sha256: string;
  readonly causes: readonly CauseId[];
}

export interface HostInfo {
  readonly id: HostId;
  readonly labels: Labels;
}

/** Where a host's document lies: bytes `offset` to `offset + bytes` of `file`. */
export interface EvidenceRef {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

export type Level = 'info' | 'warning' | 'error';

/** Why the exit code is what it is; JSON carries all that apply. */
export type ExitReason =
  | 'internal'
  | 'interrupted'
  | 'terminated'
  | 'hangup'
  | 'deadline'
  | 'nobody-reached'
  | 'findings'
  | 'unreachable'
  | 'evidence-lost';

export interface Summary {
  readonly hosts: number;
  readonly judged: number;
  readonly contact: number;
  readonly skipped: number;
  readonly ok: number;
  readonly failing: number;
  /** Hosts by status; adds up to `hosts`. */
  readonly byStatus: Readonly<Partial<Record<Status, number>>>;
}

/** What a stage says beyond its name. */
export interface StageNote {
  /** With `queued`: the host was tried, and is tried again after a wait. */
  readonly again?: {
    /** So many tries have failed. */
    readonly tries: number;
    readonly stage: ContactStage;
    readonly code: string;
    readonly waitMs: number;
  };
  /** From the log-on on: what carries the session, and how it was signed in, as in `Session.way`. */
  readonly way?: { readonly wire: string; readonly auth?: string };
}

interface Base {
  readonly seq: number;
  readonly at: Instant;
}

export type RunEvent =
  | (Base & {
      readonly type: 'run.started';
      readonly run: RunInfo;
      readonly hosts: readonly HostInfo[];
    })
  | (Base &
      StageNote & { readonly type: 'host.stage'; readonly host: HostId; readonly stage: Stage })
  /** A command as it was sent to the host; the script by its SHA-256. */
  | (Base & { readonly type: 'host.command'; readonly host: HostId; readonly command: string })
  | (Base & {
      readonly type: 'host.done';
      readonly host: HostId;
      readonly outcome: Outcome;
      readonly evidence?: EvidenceRef;
    })
  /** Other hosts' facts changed the verdict. */
  | (Base & { readonly type: 'host.revised'; readonly host: HostId; readonly outcome: Outcome })
  | (Base & {
      readonly type: 'cause.recurring';
      readonly cause: CauseId;
      readonly title: string;
      readonly hosts: number;
      /** Labels that all of these hosts share, and not the whole run. */
      readonly common: Labels;
    })
  /** The run as a whole, as things stand; the last one before the run ends is final. */
  | (Base & { readonly type: 'fleet.judged'; readonly fleet: FleetVerdict })
  | (Base & {
      readonly type: 'notice';
      readonly level: Level;
      readonly code: string;
      readonly text: string;
    })
  | (Base & {
      readonly type: 'run.finished';
      readonly complete: boolean;
      readonly exit: { readonly code: ExitCode; readonly reasons: readonly ExitReason[] };
      readonly summary: Summary;
    });
