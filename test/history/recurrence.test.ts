import { expect, test } from 'vitest';
import { recurrences } from '../../src/history/recurrence.ts';

const looks = (host: string, causes: readonly string[]) =>
  causes.map((cause, at) => ({ host, at, cause }));

test('a cause that comes back on a host is told before one that never left; healthy hosts are not told', () => {
  const told = recurrences(
    [
      ...looks('stays', ['disk-full', 'disk-full', 'disk-full']),
      ...looks('returns', ['disk-full', 'none', 'disk-full', 'none']),
      ...looks('once', ['none', 'disk-full', 'none']),
      ...looks('well', ['none', 'none', 'none']),
      ...looks('unknown', ['not-enough-evidence', 'not-enough-evidence']),
    ].toReversed(),
  );
  expect(told).toEqual([
    {
      host: 'returns',
      cause: 'disk-full',
      times: 2,
      looks: 4,
      returns: 1,
      firstAt: 0,
      lastAt: 2,
      isThere: false,
    },
    {
      host: 'stays',
      cause: 'disk-full',
      times: 3,
      looks: 3,
      returns: 0,
      firstAt: 0,
      lastAt: 2,
      isThere: true,
    },
  ]);
});
