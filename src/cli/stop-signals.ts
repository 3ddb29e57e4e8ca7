/** Ctrl-C once stops the run and keeps what came in; twice leaves at once. SIGTERM and SIGHUP stop it likewise. */
import type { ExitCode } from '../core/error.ts';
import type { StopReason } from '../engine/scan.ts';

/** A terminal and a wrapper may both pass the same key press on: within this time two signals are one. */
const SAME_PRESS_MS = 100;

const SIGNALS: readonly (readonly [NodeJS.Signals, StopReason, ExitCode])[] = [
  ['SIGINT', 'interrupted', 130],
  ['SIGTERM', 'terminated', 143],
  ['SIGHUP', 'hangup', 129],
];

export class StopSignals implements Disposable {
  readonly #controller = new AbortController();
  readonly #leave: (code: ExitCode) => void;
  readonly #listeners: (readonly [NodeJS.Signals, () => void])[];
  #lastAt = 0;

  /** `leave` is called at the second signal: give the terminal back and go. */
  constructor(leave: (code: ExitCode) => void) {
    this.#leave = leave;
    this.#listeners = SIGNALS.map(([signal, reason, code]) => {
      const listener = (): void => this.stop(reason, code);
      process.on(signal, listener);
      return [signal, listener] as const;
    });
  }

  /** Aborted with a `StopReason`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(reason: StopReason, leaveCode: ExitCode = 130): void {
    const now = performance.now();
    const samePress = now - this.#lastAt < SAME_PRESS_MS;
    this.#lastAt = now;
    if (!this.#controller.signal.aborted) this.#controller.abort(reason);
    else if (!samePress) this.#leave(leaveCode);
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
