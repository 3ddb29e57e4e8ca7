/**
 * The console: the live table on a terminal. It reads the run store and says what the user wants; it must never
 * know the engine, the network or files. Load it lazily: importing it imports Ink.
 */
import type { EvidenceRef } from '../core/event.ts';
import type { RunStore } from '../store/run.ts';

/** How the user left: `detach` leaves the run going, `abort` wants the process to end now. */
export type Departure = 'quit' | 'detach' | 'interrupt' | 'abort';

export interface ConsoleOptions {
  readonly store: RunStore;
  /** Where the hosts come from, as the crumbs begin: `fleet.yml`, `demo fleet`. */
  readonly title: string;
  /** The demo's line that says what to press. */
  readonly isDemo?: boolean;
  /** Stop asking, keep what came in. Called once, by Ctrl-C or by `s` in the box that `q` opens. */
  readonly onInterrupt: () => void;
  /** The stored document as JSON text. */
  readonly readEvidence: (ref: EvidenceRef) => Promise<string>;
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly hasColor: boolean;
  readonly isAscii: boolean;
  /** Milliseconds since 1970, for elapsed times; the wall clock unless a test says otherwise. */
  readonly now?: () => number;
}

export interface Console {
  /**
   * Ends when the screen has been given back: `quit` when the run was over, `interrupt` when a stopped run has
   * finished. Rejects, after the terminal is restored, with what went wrong while drawing.
   */
  waitUntilExit(): Promise<Departure>;
  /** Gives the screen back; `waitUntilExit` then ends with `quit`. */
  close(): Promise<void>;
}

export declare function openConsole(options: ConsoleOptions): Console;
