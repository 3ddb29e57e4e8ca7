/** Hands events from the scan to its one reader, in order, and lets the scan wait while the reader is behind. */

/** Events that may wait unread before new hosts are held back: a slow reader must not fill the memory. */
const HIGH_WATER = 4096;

export class EventQueue<T> implements AsyncIterable<T> {
  #waiting: T[] = [];
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];
  #ended = false;

  push(event: T): void {
    this.#waiting.push(event);
    this.#wakeReader?.();
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  /** Resolves when the reader has caught up enough for more work to begin. */
  async room(): Promise<void> {
    while (this.#waiting.length > HIGH_WATER && !this.#ended) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const wake of this.#wakeWriters.splice(0)) wake();
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
  }
}
