import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/core/entry.ts';
import { failuresReport } from '../../src/reports/failures-report.ts';
import { failuresOf } from '../../src/reports/failures.ts';
import { scanOf, type HostRow } from './scan.ts';

const failures = (hosts: readonly HostRow[], complete?: boolean) =>
  failuresOf({
    scan: scanOf(hosts, complete),
    patches: [],
    entryOf: () => undefined,
    evidence: 'ab'.repeat(32),
  });

const host = fc.record({
  name: fc.string({ minLength: 1 }),
  outcome: fc.constantFrom('judged', 'contact', 'skipped'),
  cause: fc.constantFrom('none', 'disk-full', 'cbs-corrupt', 'not-enough-evidence', null),
  labels: fc.record({ site: fc.constantFrom('roma', 'milano') }, { requiredKeys: [] }),
});

test('every host that is held back stands under one cause, every one not known in the last table', () => {
  fc.assert(
    fc.property(fc.array(host), (hosts) => {
      const { totals, groups, unseen } = failures(hosts);
      expect(totals.ok + totals.hindered + totals.unseen).toBe(hosts.length);
      expect(groups.reduce((sum, group) => sum + group.hosts.length, 0)).toBe(totals.hindered);
      expect(unseen).toHaveLength(totals.unseen);
    }),
  );
});

test('the order in which hosts came in changes nothing', () => {
  const hosts = fc.uniqueArray(host, { selector: ({ name }) => name });
  fc.assert(
    fc.property(hosts, (all) => {
      expect(failures(all.toReversed())).toEqual(failures(all));
    }),
  );
});

test('a host keeps its own first failure and tries, and names what else is in its way', () => {
  const causes = [
    { id: 'pending-restart', title: 'A restart is due' },
    { id: 'disk-full', title: 'The disk is full', firstSeen: '2026-11-03T01:00:00Z', tries: 4 },
  ];
  const row = {
    name: 'a',
    outcome: 'judged',
    cause: 'disk-full',
    labels: { site: 'roma' },
    causes,
  };
  expect(failures([row]).groups).toEqual([
    expect.objectContaining({
      cause: 'disk-full',
      title: 'The disk is full',
      hosts: [
        {
          host: 'a',
          site: 'roma',
          since: '2026-11-03T01:00:00Z',
          tries: 4,
          also: ['A restart is due'],
        },
      ],
    }),
  ]);
});

test.each(LANGUAGES)('in %s a stopped run is said, and every figure can be traced', (language) => {
  const textOf = (complete?: boolean): string =>
    JSON.stringify(failuresReport(failures([], complete), language).blocks);
  expect(textOf(false)).toContain('"kind":"warning"');
  expect(textOf(true)).not.toContain('"kind":"warning"');
  for (const trace of ['20261118-063800-0a1b', 'ab'.repeat(32), '1.2.3', '2026.11.1'])
    expect(textOf()).toContain(trace);
});
