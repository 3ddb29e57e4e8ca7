import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceOf, wilson } from '../../src/fleet/chance.ts';

// By hand: C(marked, k) C(all - marked, drawn - k) / C(all, drawn), summed.
test.each([
  [3, 3, 3, 6, 1 / 20],
  [4, 4, 4, 8, 1 / 70],
  [3, 4, 4, 8, 17 / 70],
  [0, 4, 4, 8, 1],
  [2, 2, 4, 4, 1],
])(
  '%i of %i, where %i of %i have the trait, comes by chance with %f',
  (hit, drawn, marked, all, expected) => {
    expect(chanceOf(hit, drawn, marked, all)).toBeCloseTo(expected, 10);
  },
);

test('a chance lies between 0 and 1, and is smaller the more hosts have the trait', () => {
  const size = fc.integer({ min: 1, max: 400 });
  fc.assert(
    fc.property(size, size, size, (all, a, b) => {
      const [drawn, marked] = [Math.min(a, all), Math.min(b, all)];
      const most = Math.min(drawn, marked);
      let before = 1;
      for (let hit = 0; hit <= most; hit += 1) {
        const chance = chanceOf(hit, drawn, marked, all);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(before + 1e-9);
        before = chance;
      }
    }),
    { numRuns: 50 },
  );
});

// Published examples of Wilson's interval: 2 of 5, 2 of 100, 0 of 10, 10 of 10.
test.each([
  [2, 5, 0.1176, 0.7693],
  [2, 100, 0.0055, 0.07],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [0, 0, 0, 1],
])('%i of %i may really be %f to %f', (hits, of, low, high) => {
  const interval = wilson(hits, of);
  expect(interval.low).toBeCloseTo(low, 3);
  expect(interval.high).toBeCloseTo(high, 3);
});
