import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  corrected,
  leastChance,
  testsThatCount,
  tieByChance,
  wilson,
} from '../../src/fleet/chance.ts';

describe('the chance of a tie', () => {
  // Fisher's tea: 3 of 4 right by guessing is 17 of 70. The others counted out by hand.
  test.each([
    [3, { known: 8, having: 4, affected: 4 }, 17 / 70],
    [4, { known: 8, having: 4, affected: 4 }, 1 / 70],
    [2, { known: 5, having: 2, affected: 2 }, 1 / 10],
    [0, { known: 9, having: 3, affected: 4 }, 1],
    [4, { known: 4, having: 4, affected: 4 }, 1],
  ])('of %i or more hosts in %o', (both, margins, chance) => {
    expect(tieByChance(both, margins)).toBeCloseTo(chance, 12);
  });

  test('falls as more hosts have both, and is never below the least that the margins allow', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (a, b, c) => {
        const known = Math.max(a, b, c, 1);
        const margins = { known, having: Math.min(a, known), affected: Math.min(b, known) };
        const most = Math.min(margins.having, margins.affected);
        const chances = Array.from({ length: most + 1 }, (_, both) => tieByChance(both, margins));
        expect(chances).toEqual(chances.toSorted((x, y) => y - x));
        expect(chances.at(-1)).toBe(leastChance(margins));
        expect(chances[0]).toBe(1);
      }),
    );
  });

  test('is a number even in ten thousand hosts', () => {
    const chance = tieByChance(40, { known: 10_000, having: 50, affected: 60 });
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(1e-60);
  });
});

describe('the correction', () => {
  test('costs nothing for what could not have told anything', () => {
    expect(testsThatCount([0.001, 0.2, 0.5, 0.9], 0.05)).toBe(1);
    expect(testsThatCount([0.001, 0.02, 0.9], 0.05)).toBe(2);
    expect(testsThatCount([0.2, 0.3], 0.05)).toBe(0);
    expect(testsThatCount([], 0.05)).toBe(0);
  });

  // Holm 1979: the smallest times 4, the next times 3 ...
  test('is that of Holm', () => {
    expect(corrected([0.01, 0.04, 0.03, 0.005], 4)).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});

describe('the interval of a share', () => {
  // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i', (hits, tries, low, high) => {
    expect(wilson(hits, tries).low).toBeCloseTo(low, 4);
    expect(wilson(hits, tries).high).toBeCloseTo(high, 4);
  });

  test('of none at all is anything', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
