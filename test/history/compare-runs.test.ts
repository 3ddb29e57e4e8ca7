import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CHANGES,
  compareRuns,
  type RunResult,
  type Standing,
} from '../../src/history/compare-runs.ts';

const run = (hosts: Readonly<Record<string, string | undefined>>, threshold = 3): RunResult => ({
  threshold,
  hosts: Object.entries(hosts).map(([host, cause]): Standing => ({
    host,
    cause,
    status: cause === undefined ? 'skipped' : cause === 'none' ? 'ok' : 'failing',
  })),
});

describe('a host', () => {
  const DISK = 'disk-full';
  test.each([
    ['that had a cause and has none is cured', DISK, 'none', 'cured'],
    ['that was well and has a cause is new', 'none', DISK, 'new'],
    ['with the same cause is the same', DISK, DISK, 'same'],
    ['with another cause is changed', DISK, 'file-locked', 'changed'],
    ['that cannot be reached any more is not cured', DISK, 'contact-timeout', 'changed'],
    [
      'whose evidence does not suffice any more is not cured',
      DISK,
      'not-enough-evidence',
      'changed',
    ],
    ['that was skipped is not known', DISK, undefined, 'unknown'],
    ['that was skipped before, and is well, is not cured', undefined, 'none', 'unknown'],
    ['that was skipped before, and has a cause, may have had it', undefined, DISK, 'unknown'],
    ['that is well in both is well', 'none', 'none', 'well'],
  ])('%s', (_, before, after, change) => {
    expect(compareRuns(run({ x: before }), run({ x: after })).hosts).toMatchObject([{ change }]);
  });

  test('that was in neither run before is new with a cause, and well without', () => {
    const { hosts } = compareRuns(run({}), run({ a: DISK, b: 'none' }));
    expect(hosts.map(({ host, change }) => [host, change])).toEqual([
      ['a', 'new'],
      ['b', 'well'],
    ]);
  });

  test('that is in the later run no more is not known', () => {
    expect(compareRuns(run({ x: DISK }), run({})).hosts).toMatchObject([{ change: 'unknown' }]);
  });

  test('is the same in any case of its name', () => {
    expect(compareRuns(run({ 'WS-1': DISK }), run({ 'ws-1': 'none' })).counts.cured).toBe(1);
  });
});

test('a cause crosses the threshold upwards and downwards', () => {
  const many = { a: 'disk-full', b: 'disk-full', c: 'disk-full' };
  const few = { a: 'disk-full', b: 'none', c: 'none' };
  expect(compareRuns(run(few), run(many)).causes).toEqual([
    { cause: 'disk-full', before: 1, after: 3, crossed: 'up' },
  ]);
  expect(compareRuns(run(many), run(few)).causes).toEqual([
    { cause: 'disk-full', before: 3, after: 1, crossed: 'down' },
  ]);
});

test('every host is counted once, whatever the runs; a run compared with itself has no change', () => {
  const hosts = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    fc.constantFrom(
      'none',
      'disk-full',
      'file-locked',
      'contact-dns',
      'not-enough-evidence',
      undefined,
    ),
  );
  fc.assert(
    fc.property(hosts, hosts, (before, after) => {
      const { counts } = compareRuns(run(before), run(after));
      const all = new Set([...Object.keys(before), ...Object.keys(after)]).size;
      expect(CHANGES.reduce((sum, change) => sum + counts[change], 0)).toBe(all);
      const self = compareRuns(run(after), run(after)).counts;
      expect([self.new, self.changed, self.cured]).toEqual([0, 0, 0]);
    }),
  );
});
