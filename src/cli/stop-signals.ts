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

/** Listens until the process ends: a second Ctrl-C counts also while the last shell is being closed. */
export class StopSignals {
  readonly #controller = new AbortController();
  readonly #leave: (code: ExitCode) => void;
  #lastAt = 0;
  #isDeaf = false;

  /** `leave` is called at the second signal: give the terminal back and go. */
  constructor(leave: (code: ExitCode) => void) {
    this.#leave = leave;
    for (const [signal, reason, code] of SIGNALS) {
      process.on(signal, () => {
        if (!(this.#isDeaf && signal === 'SIGINT')) this.stop(reason, code);
      });
    }
  }

  /** Aborted with a `StopReason`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** While another program has the terminal, a Ctrl-C is meant for that one. */
  async whileDeaf(work: () => Promise<void>): Promise<void> {
    this.#isDeaf = true;
    try {
      await work();
    } finally {
      this.#isDeaf = false;
    }
  }

  stop(reason: StopReason, leaveCode: ExitCode = 130): void {
    const now = performance.now();
    const samePress = now - this.#lastAt < SAME_PRESS_MS;
    this.#lastAt = now;
    if (!this.#controller.signal.aborted) this.#controller.abort(reason);
    else if (!samePress) this.#leave(leaveCode);
  }
}
