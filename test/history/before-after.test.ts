import { describe, expect, test } from 'vitest';
import {
  beforeAfter,
  entangled,
  touches,
  type Change,
  type Stood,
} from '../../src/history/before-after.ts';

const CHANGE: Change = { uid: 'a', at: 100, text: 'moved WSUS', hosts: 'site:milano' };

function stood(site: string, causes: readonly (string | undefined)[]): readonly Stood[] {
  return causes.map((cause, at) => ({ host: `${site}-${at}`, labels: { site }, cause }));
}

const times = (count: number, cause: string | undefined) =>
  Array.from({ length: count }, () => cause);

describe('what a change did', () => {
  test.each([
    ['better', times(8, 'wsus'), times(8, 'none'), times(20, 'none'), times(20, 'none')],
    ['worse', times(8, 'none'), times(8, 'wsus'), times(20, 'none'), times(20, 'none')],
    ['too-few', times(5, 'wsus'), times(5, 'none'), times(20, 'none'), times(20, 'none')],
    [
      'no-difference',
      [...times(4, 'wsus'), ...times(4, 'none')],
      [...times(4, 'none'), ...times(4, 'wsus')],
      [],
      [],
    ],
    ['as-others', times(8, 'wsus'), times(8, 'none'), times(20, 'wsus'), times(20, 'none')],
    ['too-few', times(8, 'wsus'), times(8, undefined), [], []],
  ] as const)('%s', (verdict, before, after, othersBefore, othersAfter) => {
    const told = beforeAfter(
      CHANGE,
      [...stood('milano', before), ...stood('roma', othersBefore)],
      [...stood('milano', after), ...stood('roma', othersAfter)],
    );
    expect(told.verdict).toBe(verdict);
  });

  test('counts hosts that could be looked at both times, by name in any case', () => {
    const before = [...stood('milano', ['wsus', 'disk', undefined, 'none'])];
    const after = stood('milano', ['none', 'disk', 'none', 'wsus']).map((each) => ({
      ...each,
      host: each.host.toUpperCase(),
    }));
    expect(beforeAfter(CHANGE, before, after).touched).toMatchObject({
      hosts: 3,
      before: 2,
      after: 2,
      cured: 1,
      fallen: 1,
    });
  });

  test('the chance is that of an even coin', () => {
    const { touched } = beforeAfter(
      CHANGE,
      stood('milano', times(8, 'wsus')),
      stood('milano', times(8, 'none')),
    );
    expect(touched.chance).toBeCloseTo(2 / 256, 10);
  });
});

describe('whom a change touches', () => {
  const host = { host: 'MI-till-01', labels: { site: 'milano', group: 'tills,lab' } };
  test.each([
    ['', true],
    ['mi-*', true],
    ['ro-*, mi-till-01', true],
    ['site:mil*', true],
    ['group:lab', true],
    ['group:office', false],
    ['unit:x', false],
    ['mi', false],
  ])('%j: %s', (hosts, isTouched) => {
    expect(touches({ hosts })(host)).toBe(isTouched);
  });
});

test('another change on the same hosts in that time cannot be told apart; one elsewhere or at another time can', () => {
  const other = (uid: string, at: number, hosts: string): Change => ({ uid, at, text: uid, hosts });
  const all = [
    CHANGE,
    other('same', 120, 'milano-0'),
    other('elsewhere', 120, 'site:roma'),
    other('late', 500, ''),
  ];
  const found = entangled(CHANGE, all, { from: 50, to: 200 }, [
    ...stood('milano', ['none']),
    ...stood('roma', ['none']),
  ]);
  expect(found.map(({ uid }) => uid)).toEqual(['same']);
});
