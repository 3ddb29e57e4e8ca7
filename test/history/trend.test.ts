import { expect, test } from 'vitest';
import { trendOf } from '../../src/history/trend.ts';

// Exact two-sided chances of Kendall's S: 5 in order 2/120, 4 in order 2/24; Kendall 1938, table of the distribution.
test.each([
  [[1, 2, 3, 4, 5], 'rising'],
  [[5, 4, 3, 2, 1], 'falling'],
  [[1, 2, 3, 4], 'rising'],
  [[1, 2, 3], 'too-few'],
  [[], 'too-few'],
  [[7], 'too-few'],
  [[3, 3, 3, 3, 3], 'steady'],
  // S = 8 of 10: 8.3 %; S = 6: 23 %.
  [[1, 2, 3, 5, 4], 'rising'],
  [[2, 1, 3, 5, 4], 'steady'],
  [[5, 6, 100, 7, 8, 9, 10], 'rising'],
  [[3, 4, 5, undefined, undefined, undefined], 'rising'],
] as const)('%j is %s', (figures, trend) => {
  expect(trendOf(figures)).toBe(trend);
});
