import { expect, test } from 'vitest';
import { ageOf, between, clockOf, spanOf } from '../../src/tui/durations.ts';

test.each([
  [0, '0 s', '00:00', '0.0 s'],
  [-5, '0 s', '00:00', '0.0 s'],
  [41_900, '41 s', '00:41', '41.9 s'],
  [192_000, '3 min', '03:12', '3 m 12 s'],
  [242_000, '4 min', '04:02', '4 m 02 s'],
  [3_729_000, '1 h', '1:02:09', '1 h 02 m'],
  [12 * 86_400_000, '12 d', '288:00:00', '288 h 00 m'],
])('%i ms is an age of %s, a clock of %s, a span of %s', (ms, age, clock, span) => {
  expect([ageOf(ms), clockOf(ms), spanOf(ms)]).toEqual([age, clock, span]);
});

test('what is missing or unreadable is no time at all', () => {
  expect(between(undefined, 5)).toBe(0);
  expect(between('yesterday', 5)).toBe(0);
  expect(between('1970-01-01T00:00:01Z', 3000)).toBe(2000);
});
