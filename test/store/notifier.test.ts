import { expect, test } from 'vitest';
import { createNotifier } from '../../src/store/notifier.ts';

/** A clock that stands still until it is told how far to go. */
function clock(): {
  schedule: (callback: () => void, ms: number) => () => void;
  pass: (ms: number) => void;
} {
  let now = 0;
  let waiting: { at: number; callback: () => void }[] = [];
  return {
    schedule(callback, ms) {
      const entry = { at: now + ms, callback };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((each) => each !== entry);
      };
    },
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const next = waiting.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until);
        if (next === undefined) break;
        waiting = waiting.filter((each) => each !== next);
        now = next.at;
        next.callback();
      }
      now = until;
    },
  };
}

function counting(): { touch: () => void; pass: (ms: number) => void; told: () => number } {
  const { schedule, pass } = clock();
  const notifier = createNotifier(100, schedule);
  let told = 0;
  notifier.subscribe(() => {
    told += 1;
  });
  return { touch: () => notifier.touch(), pass, told: () => told };
}

test('the first change after a quiet time is told at once', () => {
  const { touch, pass, told } = counting();
  touch();
  pass(0);
  expect(told()).toBe(1);
});

test('however many changes come, they are told at most every 100 ms', () => {
  const { touch, pass, told } = counting();
  for (let ms = 0; ms < 999; ms += 1) {
    touch();
    pass(1);
  }
  expect(told()).toBe(10);
});

test('the last change is always told', () => {
  const { touch, pass, told } = counting();
  touch();
  pass(10);
  touch();
  pass(100);
  expect(told()).toBe(2);
  pass(10_000);
  expect(told()).toBe(2);
});

test('who has unsubscribed is not told', () => {
  const { schedule, pass } = clock();
  const notifier = createNotifier(100, schedule);
  let told = 0;
  const unsubscribe = notifier.subscribe(() => {
    told += 1;
  });
  unsubscribe();
  notifier.touch();
  pass(1000);
  expect(told).toBe(0);
});
