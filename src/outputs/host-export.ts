/** Some hosts of a run as a file: JSON as `scan --json` has them, CSV for spreadsheets, a table of Markdown. */
import type { ExportFormat } from '../core/export-format.ts';
import { printable } from '../core/printable.ts';
import { firstFinding, type HostState, statusOf } from '../store/host-state.ts';
import { hostEntry } from './scan-document.ts';
import { type Column, sheetText } from './sheet.ts';

/** @param now UTC, ISO 8601: what ages are counted to */
export function exportHosts(
  format: ExportFormat,
  hosts: readonly HostState[],
  now: string,
): string {
  switch (format) {
    case 'json': {
      const entries = hosts.map(({ id, labels, outcome }) =>
        outcome === undefined ? { name: id, labels } : hostEntry(id, labels, outcome, now),
      );
      return `${JSON.stringify(entries, null, 1)}\n`;
    }
    case 'csv':
    case 'md':
      return sheetText({ columns: columnsOf(hosts), rows: hosts }, format);
  }
}

function columnsOf(hosts: readonly HostState[]): Column<HostState>[] {
  const of = (id: string, value: (host: HostState) => string): Column<HostState> => ({
    id,
    title: id,
    value: (host) => printable(value(host)),
  });
  return [
    of('host', ({ id }) => id),
    of('status', ({ outcome, stage }) => (outcome === undefined ? stage : statusOf(outcome))),
    of('cause', (host) => firstFinding(host)?.id ?? ''),
    of('title', (host) => firstFinding(host)?.title ?? ''),
    of('confidence', (host) => String(firstFinding(host)?.confidence ?? '')),
    of('since', (host) => firstFinding(host)?.firstSeen ?? ''),
    of('why', whyOf),
    of('next', (host) => firstFinding(host)?.next ?? ''),
    ...labelsOf(hosts).map((label) => of(label, ({ labels }) => labels[label] ?? '')),
  ];
}

function whyOf(host: HostState): string {
  if (host.outcome?.kind === 'skipped') return host.outcome.reason;
  const evidence = firstFinding(host)?.evidence ?? [];
  return (evidence.find(({ kind }) => kind === 'strong') ?? evidence[0])?.quote ?? '';
}

function labelsOf(hosts: readonly HostState[]): string[] {
  return [...new Set(hosts.flatMap(({ labels }) => Object.keys(labels)))];
}
