import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/core/entry.ts';
import { overviewReport } from '../../src/reports/overview-report.ts';
import { overviewOf } from '../../src/reports/overview.ts';
import { scanOf, type HostRow } from './scan.ts';

const overview = (hosts: readonly HostRow[], complete?: boolean) =>
  overviewOf({
    scan: scanOf(hosts, complete),
    patches: [],
    entryOf: () => undefined,
    evidence: 'ab'.repeat(32),
  });

test('every host is in order, held back or not known, of the whole run and of each site', () => {
  const host = fc.record({
    name: fc.string(),
    outcome: fc.constantFrom('judged', 'contact', 'skipped'),
    cause: fc.constantFrom('none', 'disk-full', 'not-enough-evidence', 'contact-dns', null),
    labels: fc.record({ site: fc.constantFrom('roma', 'milano') }, { requiredKeys: [] }),
  });
  fc.assert(
    fc.property(fc.array(host), (hosts) => {
      const { totals, sites } = overview(hosts);
      expect(totals.ok + totals.hindered + totals.unseen).toBe(hosts.length);
      expect(sites.reduce((sum, site) => sum + site.hosts, 0)).toBe(hosts.length);
      for (const site of sites) expect(site.ok + site.failing + site.unseen).toBe(site.hosts);
    }),
  );
});

test('whoever could not be looked at is not held back, and not in order either', () => {
  const rows = [
    { name: 'a', outcome: 'contact', cause: 'contact-dns', labels: {} },
    { name: 'b', outcome: 'skipped', cause: null, labels: {} },
    { name: 'c', outcome: 'judged', cause: 'not-enough-evidence', labels: {} },
    { name: 'd', outcome: 'judged', cause: 'none', labels: {} },
  ];
  expect(overview(rows).totals).toEqual({ hosts: 4, ok: 1, hindered: 0, unseen: 3 });
});

describe.each(LANGUAGES)('in %s', (language) => {
  const textOf = (complete?: boolean): string =>
    JSON.stringify(overviewReport(overview([], complete), language).blocks);

  test('no place for a figure is left empty', () => {
    expect(textOf()).not.toMatch(/\{\d\}/);
  });

  test('a run that was stopped says that its figures are too low', () => {
    expect(textOf(false)).toContain('"kind":"warning"');
    expect(textOf(true)).not.toContain('"kind":"warning"');
  });

  test('every figure can be traced: run, evidence, version', () => {
    for (const trace of ['20261118-063800-0a1b', 'ab'.repeat(32), '1.2.3', '2026.11.1'])
      expect(textOf()).toContain(trace);
  });
});
