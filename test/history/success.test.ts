import { describe, expect, test } from 'vitest';
import { successBy } from '../../src/history/success.ts';
import { memoryOf, type Row } from '../support/memory.ts';

/** So many hosts of a site, of which so many failed. */
function site(name: string, hosts: number, failed: number) {
  return Array.from({ length: hosts }, (_, at) => ({
    host: { name: `${name}-${at}`, labels: { site: name } },
    row: {
      host: `${name}-${at}`,
      kb: 'KB1',
      status: at < failed ? 'failed' : 'installed',
      ...(at >= failed && { there: '2026-10-15' }),
    } as Row,
  }));
}

function successOf(...sites: readonly ReturnType<typeof site>[]) {
  const all = sites.flat();
  const memory = memoryOf({
    runs: ['2026-10-20'],
    hosts: all.map(({ host }) => host),
    patches: { KB1: { title: '2026-10 Cumulative Update' } },
    rows: all.map(({ row }) => row),
  });
  return successBy(memory, { label: 'site' });
}

describe('success by group', () => {
  test('a small site is not shamed by chance, a large one that fails is told', () => {
    const told = successOf(site('small', 3, 1), site('bad', 60, 30), site('good', 200, 10));
    expect(
      told.map(({ group, tried, succeeded, standing }) => [group, tried, succeeded, standing]),
    ).toEqual([
      ['bad', 60, 30, 'worse'],
      ['small', 3, 2, 'as-others'],
      ['good', 200, 190, 'better'],
    ]);
  });

  test('one that could never be told apart says so', () => {
    expect(
      successOf(site('one', 1, 1), site('rest', 3, 0)).map(({ standing }) => standing),
    ).toEqual(['too-few', 'too-few']);
  });

  test('the interval is that of Wilson', () => {
    const [only] = successOf(site('one', 10, 2));
    // Wilson 1927 for 8 of 10: 0.4902 to 0.9433.
    expect(only?.interval.low).toBeCloseTo(0.4902, 3);
    expect(only?.interval.high).toBeCloseTo(0.9433, 3);
  });

  test('ten failures on one host are one host', () => {
    const kbs = Array.from({ length: 10 }, (_, at) => `KB${at}`);
    const memory = memoryOf({
      runs: ['2026-10-20'],
      hosts: [{ name: 'a' }, { name: 'b' }],
      patches: Object.fromEntries(
        kbs.map((kb) => [kb, { title: '2026-10 Update', family: 'winre' }]),
      ),
      rows: [
        ...kbs.map((kb): Row => ({ host: 'a', kb, status: 'failed' })),
        { host: 'b', kb: 'KB0', status: 'installed', there: '2026-10-15' },
      ],
    });
    expect(successBy(memory, 'family')).toMatchObject([{ group: 'winre', tried: 2, succeeded: 1 }]);
  });

  test('what failed and was settled by the next month counts as gone well', () => {
    const memory = memoryOf({
      runs: ['2026-10-20', '2026-11-20'],
      hosts: [{ name: 'a' }],
      patches: { KB1: { title: '2026-10 Update' }, KB2: { title: '2026-11 Update' } },
      rows: [
        { host: 'a', kb: 'KB1', status: 'failed' },
        { host: 'a', kb: 'KB2', status: 'installed', there: '2026-11-12' },
      ],
    });
    expect(successBy(memory, 'family')).toMatchObject([{ tried: 1, succeeded: 1 }]);
  });
});
