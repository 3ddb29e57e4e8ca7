import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycleTrends } from '../../src/history/cycle-trends.ts';
import { cycleReaches, patchReaches, SHARES } from '../../src/history/time-to-patch.ts';
import { memoryOf, type Row, type Told } from '../support/memory.ts';

const OCTOBER = { KB1: { title: '2026-10 Cumulative Update (KB1)' } };
const BOTH = { ...OCTOBER, KB2: { title: '2026-11 Cumulative Update (KB2)' } };
const RUNS = ['2026-10-20', '2026-11-20'];

function fleet(count: number) {
  return Array.from({ length: count }, (_, at) => ({ name: `ws-${at}` }));
}

/** Patched on the first, second, third … day after the thirteenth of October. */
function oneADay(count: number): readonly Row[] {
  return fleet(count).map(({ name }, at) => ({
    host: name,
    kb: 'KB1',
    status: 'installed',
    there: `2026-10-${14 + at}`,
  }));
}

describe('days until a share of the hosts had a patch', () => {
  test.each([
    [4, { 75: 3, 90: 4, 100: 4 }],
    [10, { 75: 8, 90: 9, 100: 10 }],
    [1, { 75: 1, 90: 1, 100: 1 }],
  ])('of %i hosts, one a day', (count, days) => {
    const memory = memoryOf({
      runs: RUNS,
      hosts: fleet(count),
      patches: OCTOBER,
      rows: oneADay(count),
    });
    expect(cycleReaches(memory)[0]?.days).toEqual(days);
    expect(patchReaches(memory)[0]?.days).toEqual(days);
  });

  test('not reached, with the hosts that hold it back and why', () => {
    const rows: readonly Row[] = [
      ...oneADay(3),
      { host: 'ws-3', kb: 'KB1', status: 'failed' },
      { host: 'ws-4', kb: 'KB1', status: 'reboot-required' },
    ];
    const hosts = [
      ...fleet(3),
      { name: 'ws-3', status: 'failing' as const, cause: 'disk-full', labels: { site: 'roma' } },
      { name: 'ws-4', status: 'reboot-required' as const, cause: 'pending-reboot' },
      { name: 'ws-5', status: 'unreachable' as const, cause: 'contact-timeout' },
    ];
    const [cycle] = cycleReaches(memoryOf({ runs: RUNS, hosts, patches: OCTOBER, rows }));
    expect(cycle).toMatchObject({ concerned: 6, patched: 3 });
    expect(cycle?.days).toEqual({ 75: undefined, 90: undefined, 100: undefined });
    expect(cycle?.heldBack).toEqual([
      { host: 'ws-3', site: 'roma', status: 'failing', cause: 'disk-full', patches: ['KB1'] },
      {
        host: 'ws-4',
        site: '',
        status: 'reboot-required',
        cause: 'pending-reboot',
        patches: ['KB1'],
      },
      { host: 'ws-5', site: '', status: 'unreachable', cause: 'contact-timeout', patches: [] },
    ]);
  });

  test('a later cumulative update closes the hole of an earlier one, on the day it came', () => {
    const rows: readonly Row[] = [
      { host: 'ws-0', kb: 'KB1', status: 'failed' },
      { host: 'ws-0', kb: 'KB2', status: 'installed', there: '2026-11-12' },
    ];
    const memory = memoryOf({ runs: RUNS, hosts: fleet(1), patches: BOTH, rows });
    const [october, november] = cycleReaches(memory);
    expect([october?.days[100], november?.days[100]]).toEqual([30, 2]);
  });

  test('an earlier one closes no later hole, and a winre update is no cumulative one', () => {
    const patches = { ...BOTH, KB3: { title: '2026-10 Recovery (KB3)', family: 'winre' } };
    const rows: readonly Row[] = [
      { host: 'ws-0', kb: 'KB1', status: 'installed', there: '2026-10-14' },
      { host: 'ws-0', kb: 'KB2', status: 'failed' },
      { host: 'ws-0', kb: 'KB3', status: 'failed' },
    ];
    const memory = memoryOf({ runs: RUNS, hosts: fleet(1), patches, rows });
    expect(cycleReaches(memory).map(({ patched }) => patched)).toEqual([0, 0]);
    expect(patchReaches(memory).map(({ kb, patched }) => [kb, patched])).toEqual([
      ['KB2', 0],
      ['KB1', 1],
      ['KB3', 0],
    ]);
  });

  test('a host that came later, or is no Windows, does not hold an earlier month back', () => {
    const hosts = [
      ...fleet(1),
      { name: 'new', firstAt: Date.parse('2026-11-20') },
      { name: 'printer', cause: 'unsupported-os' },
    ];
    const [october] = cycleReaches(
      memoryOf({ runs: RUNS, hosts, patches: OCTOBER, rows: oneADay(1) }),
    );
    expect(october).toMatchObject({ concerned: 1, patched: 1 });
  });

  test('definitions, drivers and feature updates are no work of the month', () => {
    const patches = Object.fromEntries(
      ['definition', 'driver', 'feature', 'vendor'].map((family, at) => [
        `KB${at}`,
        { title: '2026-10 Something', family },
      ]),
    );
    const rows = Object.keys(patches).map((kb): Row => ({ host: 'ws-0', kb, status: 'failed' }));
    const memory = memoryOf({ runs: RUNS, hosts: fleet(1), patches, rows });
    expect([cycleReaches(memory), patchReaches(memory)]).toEqual([[], []]);
  });

  test('by severity, only hosts that are known to be meant count', () => {
    const patches = {
      KB1: { title: '2026-10 A', severity: 'Critical' },
      KB2: { title: '2026-10 B' },
    };
    const rows: readonly Row[] = [
      { host: 'ws-0', kb: 'KB1', status: 'installed', there: '2026-10-15' },
      { host: 'ws-1', kb: 'KB2', status: 'missing' },
    ];
    const memory = memoryOf({ runs: RUNS, hosts: fleet(3), patches, rows });
    const [critical] = cycleReaches(memory, { severity: 'critical' });
    expect(critical).toMatchObject({ concerned: 1, patched: 1, patches: 1 });
  });
});

test('counts add up and shares come in order, whatever hosts say', () => {
  const status = fc.constantFrom(
    'installed' as const,
    'failed' as const,
    'missing' as const,
    'not-applicable' as const,
  );
  const drawn = fc.array(
    fc.record({
      host: fc.nat(9),
      kb: fc.constantFrom('KB1', 'KB2'),
      status,
      day: fc.integer({ min: 14, max: 30 }),
    }),
  );
  fc.assert(
    fc.property(drawn, (list) => {
      const unique = new Map(list.map((each) => [`${each.host} ${each.kb}`, each]));
      const rows = [...unique.values()].map(({ host, kb, status, day }): Row => ({
        host: `ws-${host}`,
        kb,
        status,
        ...(status === 'installed' && { there: `2026-10-${day}` }),
      }));
      const memory = memoryOf({ runs: RUNS, hosts: fleet(10), patches: BOTH, rows });
      for (const reach of [...cycleReaches(memory), ...patchReaches(memory)]) {
        expect(reach.patched + reach.heldBack.length).toBe(reach.concerned);
        const days = SHARES.map((share) => reach.days[share] ?? Number.POSITIVE_INFINITY);
        expect(days).toEqual(days.toSorted((a, b) => a - b));
        expect(reach.days[100] === undefined).toBe(reach.patched < reach.concerned);
      }
    }),
  );
});

describe('the trend over cycles', () => {
  /** Twelve months; in each, one host patched after so many days. */
  function year(daysOf: (month: number) => number | undefined, lastRun = '2027-02-01'): Told {
    const months = Array.from({ length: 12 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`);
    // One host a month: a later month's update would close the hole.
    const hosts = months.map((month) => ({
      name: `ws-${month}`,
      firstAt: Date.parse(`${month}-20`),
      lastAt: Date.parse(`${month}-20`),
    }));
    const patches = Object.fromEntries(
      months.map((month) => [`KB${month}`, { title: `${month} Cumulative Update` }]),
    );
    const rows = months.map((month, at): Row => {
      const days = daysOf(at);
      const tuesday = new Date(`${month}-08`);
      while (tuesday.getUTCDay() !== 2) tuesday.setUTCDate(tuesday.getUTCDate() + 1);
      const there =
        days === undefined
          ? undefined
          : new Date(tuesday.getTime() + days * 86_400_000).toISOString();
      return {
        host: `ws-${month}`,
        kb: `KB${month}`,
        status: there === undefined ? 'failed' : 'installed',
        ...(there !== undefined && { there }),
      };
    });
    return { runs: ['2026-01-10', lastRun], hosts, patches, rows };
  }

  test.each([
    ['rising', (month: number) => 3 + month],
    ['falling', (month: number) => 20 - month],
    ['steady', (month: number) => 5 + (month % 3)],
    ['rising', (month: number) => (month > 7 ? undefined : 3)],
  ] as const)('is %s', (trend, daysOf) => {
    const { cycles, trends } = cycleTrends(cycleReaches(memoryOf(year(daysOf))));
    expect([cycles, trends[75]]).toEqual([12, trend]);
  });

  test('an old month that had longer to get done is not better for it', () => {
    // All as slow: 60 days. The last ones have been watched for less.
    const told = year((month) => (month < 10 ? 60 : undefined), '2027-01-13');
    expect(cycleTrends(cycleReaches(memoryOf(told))).trends[75]).toBe('steady');
  });

  test('of three months nothing is said', () => {
    const told = year((month) => 3 + month, '2026-04-20');
    const { cycles, trends } = cycleTrends(cycleReaches(memoryOf(told)).slice(0, 3));
    expect([cycles, trends[75]]).toEqual([3, 'too-few']);
  });
});
