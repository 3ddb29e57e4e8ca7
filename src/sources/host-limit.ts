/** The time limit of one host. It stands still while the host waits for its turn: what it never did is not its slowness. */
export class HostLimit implements Disposable {
  readonly #controller = new AbortController();
  #leftMs: number | undefined;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Runs from now on; without a number there is no limit. */
  constructor(ms: number | undefined) {
    this.#leftMs = ms;
    this.go();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  go(): void {
    if (this.#leftMs === undefined) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(new Error('limit')), this.#leftMs);
  }

  stand(): void {
    if (this.#leftMs === undefined) return;
    clearTimeout(this.#timer);
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#startedAt));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
