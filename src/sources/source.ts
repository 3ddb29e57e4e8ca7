/** Where a look comes from: a host reached now, or stored documents. Knows no causes. */
import type { Stage } from '../core/contact.ts';
import type { EvidenceRef, Level, StageNote } from '../core/event.ts';
import type { Host } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Hello, Way } from '../transports/transport.ts';

export interface LookContext {
  /** Aborted when the run stops: the look then ends as `skipped`. */
  readonly signal: AbortSignal;
  readonly onStage: (stage: Stage, note?: StageNote) => void;
  readonly onCommand: (command: string) => void;
  readonly onNotice: (level: Level, code: string, text: string) => void;
  /** Told what the host says of itself before it knows who asks. */
  readonly onHello?: (hello: Hello) => void;
  /** Told how the host was signed in to. */
  readonly onWay?: (way: Way) => void;
  /**
   * Runs the work in one of the run's slots; what needs none (a name look-up, a wait before the next try) stays
   * outside. May be asked for again.
   */
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A look, and where its document already lies, when it was stored before. */
export interface Looked {
  readonly look: Look;
  readonly stored?: EvidenceRef;
}

export interface Source {
  look(host: Host, context: LookContext): Promise<Looked>;
  /** Resolves when nothing is left open on any host; seconds at most. To be awaited before the process ends. */
  readonly close?: () => Promise<void>;
}
