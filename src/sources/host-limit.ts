/**
 * The time limit of one host, over all its tries. It stands still while the host waits for its turn: what it never did
 * is not its slowness.
 */
export class HostLimit implements Disposable {
  readonly #controller = new AbortController();
  #leftMs: number | undefined;
  #startedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Stands until `go`; without a number there is no limit. */
  constructor(ms: number | undefined) {
    this.#leftMs = ms;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Time left; endless without a limit. */
  get leftMs(): number {
    if (this.#leftMs === undefined) return Number.POSITIVE_INFINITY;
    const running = this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
    return Math.max(0, this.#leftMs - running);
  }

  go(): void {
    if (this.#leftMs === undefined || this.#startedAt !== undefined) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(new Error('limit')), this.#leftMs);
  }

  stand(): void {
    if (this.#leftMs === undefined || this.#startedAt === undefined) return;
    clearTimeout(this.#timer);
    this.#leftMs = this.leftMs;
    this.#startedAt = undefined;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
