/** Some hosts of a run as a file: JSON as `scan --json` has them, CSV for spreadsheets, a table of Markdown. */
import type { ExportFormat } from '../core/export-format.ts';
import { printable } from '../core/printable.ts';
import { firstFinding, type HostState, statusOf } from '../store/host-state.ts';
import { hostEntry } from './scan-document.ts';

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
      return [headOf(hosts), ...rowsOf(hosts)]
        .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
        .join('');
    case 'md': {
      const head = headOf(hosts);
      const lines = [head, head.map(() => '---'), ...rowsOf(hosts)].map(
        (cells) => `| ${cells.map(markdownCell).join(' | ')} |`,
      );
      return `${lines.join('\n')}\n`;
    }
  }
}

const OWN = ['host', 'status', 'cause', 'title', 'confidence', 'since', 'why', 'next'] as const;

function headOf(hosts: readonly HostState[]): string[] {
  return [...OWN, ...labelsOf(hosts)];
}

function labelsOf(hosts: readonly HostState[]): string[] {
  return [...new Set(hosts.flatMap(({ labels }) => Object.keys(labels)))];
}

function rowsOf(hosts: readonly HostState[]): string[][] {
  const labels = labelsOf(hosts);
  return hosts.map((host) => {
    const { id, outcome } = host;
    const first = firstFinding(host);
    const quote = first?.evidence.find(({ kind }) => kind === 'strong') ?? first?.evidence[0];
    return [
      id,
      outcome === undefined ? host.stage : statusOf(outcome),
      first?.id ?? '',
      first?.title ?? '',
      first === undefined ? '' : String(first.confidence),
      first?.firstSeen ?? '',
      outcome?.kind === 'skipped' ? outcome.reason : (quote?.quote ?? ''),
      first?.next ?? '',
      ...labels.map((label) => host.labels[label] ?? ''),
    ].map(printable);
  });
}

/** RFC 4180. What a spreadsheet would run as a formula is kept from it by an apostrophe. */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function markdownCell(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}
