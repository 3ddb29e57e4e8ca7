export interface Limit {
  readonly ms: number;
  readonly signal: AbortSignal;
  /** What is thrown when the time is over. */
  readonly expired: () => Error;
  /** Told once when the wait ends before the work does; ends the work, or leaves it to someone else. */
  readonly stop: (reason: Error) => void;
}

/** The result of `work`, or at once the reason why nobody waits for it any longer. */
export function within<T>(limit: Limit, work: () => Promise<T>): Promise<T> {
  const { ms, signal } = limit;
  if (signal.aborted) return Promise.reject(reasonOf(signal));
  return new Promise<T>((resolve, reject) => {
    const giveUp = (reason: Error): void => {
      settle();
      reject(reason);
      limit.stop(reason);
    };
    const onAbort = (): void => giveUp(reasonOf(signal));
    const timer = setTimeout(() => giveUp(limit.expired()), ms);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work().then(resolve, reject).finally(settle);
  });
}

/** A signal may be aborted with anything; an error is what the callers of a rejected promise expect. */
function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}
