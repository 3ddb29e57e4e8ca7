/** A run's document with any hosts, for tests of reports. */
import type { ScanDocument } from '../../src/outputs/scan-document.ts';

export type HostRow = ScanDocument['hosts'][number];

export function scanOf(hosts: readonly HostRow[], complete = true): ScanDocument {
  return {
    schema: 'patchwhy/scan/1',
    tool: { name: 'patchwhy', version: '1.2.3', catalogue: '2026.11.1' },
    run: {
      id: '20261118-063800-0a1b',
      source: 'inventory',
      inventory: 'fleet.yaml',
      startedAt: '2026-11-18T06:38:00Z',
      finishedAt: '2026-11-18T06:39:00Z',
      threshold: 3,
    },
    complete,
    exit: { code: 0, reasons: [] },
    summary: {
      hosts: hosts.length,
      judged: 0,
      contact: 0,
      skipped: 0,
      ok: 0,
      failing: 0,
      byStatus: {},
    },
    causes: [],
    fixes: [],
    hosts,
    notices: [],
  };
}
