import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cycleAt,
  endOfCycle,
  isWatched,
  placeOfPatch,
  startOfCycle,
} from '../../src/history/cycle.ts';

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

describe('a cycle begins on the second Tuesday', () => {
  // Days on which Microsoft published, from its update guide.
  test.each([
    ['2024-01', '2024-01-09'],
    ['2024-02', '2024-02-13'],
    ['2024-09', '2024-09-10'],
    ['2024-10', '2024-10-08'],
    ['2024-12', '2024-12-10'],
    ['2025-04', '2025-04-08'],
    ['2025-07', '2025-07-08'],
  ])('%s on %s', (cycle, day) => {
    expect(iso(startOfCycle(cycle))).toBe(day);
  });

  test('and every moment lies in exactly the cycle that it says', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1999-01-01T00:00:00Z'),
          max: new Date('2099-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const cycle = cycleAt(date.getTime());
          expect(startOfCycle(cycle)).toBeLessThanOrEqual(date.getTime());
          expect(endOfCycle(cycle)).toBeGreaterThan(date.getTime());
          expect(new Date(startOfCycle(cycle)).getUTCDay()).toBe(2);
          expect(cycleAt(endOfCycle(cycle))).not.toBe(cycle);
        },
      ),
    );
  });
});

describe('a patch belongs', () => {
  const at = (text: string): number => Date.parse(text);

  test.each([
    [
      'to the month that heads its title, in whatever language',
      '2026-10 累積更新プログラム',
      undefined,
      '2026-12-01',
      '2026-10',
      undefined,
    ],
    [
      'to that month also where it was published out of band',
      '2026-10 Cumulative Update',
      '2026-10-20',
      '2026-10-21',
      '2026-10',
      true,
    ],
    [
      'to that month where it was published on its day',
      '2026-10 Cumulative Update',
      '2026-10-13T17:00:00Z',
      '2026-10-21',
      '2026-10',
      false,
    ],
    [
      'to the cycle of its day without such a title',
      'Security Update',
      '2026-11-02',
      '2026-11-21',
      '2026-10',
      true,
    ],
    [
      'to the cycle in which it was first seen without either',
      'KB5034441',
      undefined,
      '2026-11-21',
      '2026-11',
      undefined,
    ],
    [
      'nowhere by a month that is none',
      '2026-13 Something',
      undefined,
      '2026-11-21',
      '2026-11',
      undefined,
    ],
  ] as const)('%s', (_, title, released, firstAt, cycle, isOutOfBand) => {
    const offer = released === undefined ? {} : { released: at(released) };
    expect(placeOfPatch({ title, offer, firstAt: at(firstAt) })).toMatchObject({
      cycle,
      isOutOfBand,
    });
  });

  test('to no figure where its month was over before anybody looked', () => {
    const patch = { title: '2026-01 Cumulative Update', offer: {}, firstAt: 0 };
    expect(isWatched(patch, at('2026-02-09'))).toBe(true);
    expect(isWatched(patch, at('2026-02-10'))).toBe(false);
  });
});
