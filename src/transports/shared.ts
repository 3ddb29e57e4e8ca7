/** One piece of work that several wait for. Each may leave by its own signal; when the last has left, the work is stopped. */
export class Shared<T> {
  readonly #leaving = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;

  /** @param onFailure told once when the work has failed, be it because everybody left. */
  constructor(work: (signal: AbortSignal) => Promise<T>, onFailure: () => void) {
    this.#result = work(this.#leaving.signal);
    this.#result.catch(onFailure);
  }

  /** Everybody has left: there will be no result for whoever comes now. */
  get isAbandoned(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** The result, or at once the reason of the signal. */
  async wait(signal: AbortSignal): Promise<T> {
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => {
      reject(signal.reason);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#leaving.abort(signal.reason);
    };
    this.#waiting += 1;
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
