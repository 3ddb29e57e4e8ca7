/** One job's stay on a host: what a session does with a shell, whichever kind it is. */
import type { StreamPart } from './reply.ts';

export interface Stay {
  /** Opens what the job needs. @throws ContactError. */
  open(): Promise<void>;
  /** Starts the job, and tells which command line it is. @throws ContactError. */
  start(): Promise<void>;
  /** What came next, however many polls that takes. @throws ContactError. */
  receive(): Promise<Output>;
  /** Ends all that was opened, also what is only just being opened. @throws ContactError. */
  end(signal: AbortSignal): Promise<void>;
}

export interface Output {
  readonly parts: readonly StreamPart[];
  readonly isDone: boolean;
  /** With the last output; undefined where the host did not say. */
  readonly exitCode: number | undefined;
}
