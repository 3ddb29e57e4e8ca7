/** Tells listeners that something changed: at once when it was quiet, then at most once per interval. */

/** Calls back once after `ms`; returns how to call it off. */
export type Schedule = (callback: () => void, ms: number) => () => void;
export type Unsubscribe = () => void;

export interface Notifier {
  touch(): void;
  subscribe(listener: () => void): Unsubscribe;
}

export const timerSchedule: Schedule = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

export function createNotifier(intervalMs: number, schedule: Schedule): Notifier {
  const listeners = new Set<() => void>();
  let isDirty = false;
  let isWaiting = false;

  function fire(): void {
    isWaiting = isDirty;
    if (!isDirty) return;
    isDirty = false;
    schedule(fire, intervalMs);
    for (const listener of listeners) listener();
  }

  return {
    touch() {
      isDirty = true;
      if (isWaiting || listeners.size === 0) return;
      isWaiting = true;
      schedule(fire, 0);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
