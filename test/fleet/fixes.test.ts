import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixesFor } from '../../src/fleet/fixes.ts';

test.each([
  [
    'the cause that frees most comes first',
    [['a'], ['b'], ['b']],
    [
      ['b', 2, 2],
      ['a', 1, 3],
    ],
  ],
  [
    'a host with two causes counts only where it is freed',
    [['a', 'b'], ['a', 'b'], ['b'], ['c'], ['c']],
    [
      ['c', 2, 2],
      ['b', 1, 3],
      ['a', 2, 5],
    ],
  ],
  [
    'where no single fix frees anybody, the commonest goes first',
    [
      ['a', 'b'],
      ['a', 'c'],
    ],
    [
      ['a', 0, 0],
      ['b', 1, 1],
      ['c', 1, 2],
    ],
  ],
  ['healthy hosts need no fix', [[], []], []],
] as const)('%s', (_, hosts, expected) => {
  expect(fixesFor(hosts).map(({ cause, frees, total }) => [cause, frees, total])).toEqual(expected);
});

test('all hosts are free at the end, each once, whatever the order they came in', () => {
  const host = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(host, { maxLength: 30 }), (hosts) => {
      const fixes = fixesFor(hosts);
      const ill = hosts.filter((causes) => causes.length > 0).length;
      expect(fixes.reduce((sum, { frees }) => sum + frees, 0)).toBe(ill);
      expect(fixes.at(-1)?.total ?? 0).toBe(ill);
      expect(fixesFor(hosts.toReversed())).toEqual(fixes);
    }),
  );
});
