/** The run as plain text: for pipes, mail and eyes. No colour, no borders, nothing cut. */
import { printable } from '../core/printable.ts';
import { widthOf } from '../core/width.ts';
import { type Outcome, reducedWords, type Verdict } from '../core/verdict.ts';
import { fixLines, spreadLines } from './fleet-text.ts';
import type { CauseSummary, ScanDocument } from './scan-document.ts';

export function scanTable(scan: ScanDocument): string {
  const lines = [headline(scan), ''];
  const hosts = new Map(scan.hosts.map((host) => [host['name'], host]));
  for (const cause of scan.causes) {
    if (cause.hostCount === 0) continue;
    lines.push(causeLine(cause), ...spreadLines(cause).map((line) => `    ${line}`));
    const rows = cause.hosts.map((name) => hostCells(hosts.get(name)));
    lines.push(...columns(rows).map((row) => `    ${row}`));
    const next = firstNext(rows.length > 0 ? hosts.get(cause.hosts[0]) : undefined);
    if (next) lines.push(`    do next: ${next}`);
    lines.push('');
  }
  for (const [reason, names] of skippedByReason(scan)) {
    const some =
      names.length > SKIPPED_NAMED
        ? `${names.slice(0, SKIPPED_NAMED).join(' ')} …`
        : names.join(' ');
    lines.push(`skipped  ${plural(names.length, 'host')}  ${reason}`, `    ${some}`, '');
  }
  lines.push(...totals(scan));
  return `${lines.join('\n')}\n`;
}

/** A reason that holds for hundreds of hosts is said once. */
const SKIPPED_NAMED = 12;

function skippedByReason({ hosts }: ScanDocument): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  for (const host of hosts) {
    if (host['outcome'] !== 'skipped') continue;
    const reason = text(host['reason']);
    const names = reasons.get(reason) ?? [];
    reasons.set(reason, names);
    names.push(text(host['name']));
  }
  return reasons;
}

function headline({ run, tool, summary }: ScanDocument): string {
  const from = run.inventory === undefined ? run.source : printable(run.inventory);
  return `patchwhy ${tool.version}  ${from}  ${plural(summary.hosts, 'host')}  ${run.startedAt}`;
}

function causeLine(cause: CauseSummary): string {
  const flag = cause.recurring ? 'RECURRING  ' : '';
  const sites = Object.entries(cause.sites)
    .toSorted(([, a], [, b]) => b - a)
    .map(([site, count]) => `${printable(site)} ${count}`)
    .join(', ');
  const also = cause.hostCountAny - cause.hostCount;
  const besides = also > 0 ? `  (and second on ${also})` : '';
  return `${flag}${cause.id}  ${plural(cause.hostCount, 'host')}  ${cause.title}${sites ? `  [${sites}]` : ''}${besides}`;
}

function hostCells(host: Record<string, unknown> | undefined): string[] {
  if (!host) return [];
  const labels = host['labels'] as Record<string, string> | undefined;
  const [first] = (host['causes'] as Verdict['causes'] | undefined) ?? [];
  const confidence = first ? `${Math.round(first.confidence * 100)}%` : '';
  return [
    text(host['name']),
    printable(labels?.['site'] ?? ''),
    text(host['status']),
    confidence,
    [why(host), printable(reducedWords(host))].filter((words) => words !== '').join('  '),
  ];
}

/** The line an operator should read first. */
function why(host: Record<string, unknown>): string {
  const contact = host['contact'] as Extract<Outcome, { kind: 'contact' }>['contact'] | undefined;
  if (contact) {
    const during = contact.during ? ` in ${contact.during}` : '';
    return printable(`${contact.stage}${during} ${contact.code}: ${contact.message ?? ''}`);
  }
  const [first] = (host['causes'] as Verdict['causes'] | undefined) ?? [];
  const quote = first?.evidence.find(({ kind }) => kind !== 'against') ?? first?.evidence[0];
  return printable(quote?.quote ?? '');
}

function firstNext(host: Record<string, unknown> | undefined): string | undefined {
  const [first] = (host?.['causes'] as Verdict['causes'] | undefined) ?? [];
  return first?.next === undefined ? undefined : printable(first.next);
}

function totals({ summary, causes, fixes, complete, exit, notices }: ScanDocument): string[] {
  const recurring = causes.filter((cause) => cause.recurring);
  const lines = notices.map(({ level, text: words }) => `${level}: ${printable(words)}`);
  if (lines.length > 0) lines.push('');
  const statuses = Object.entries(summary.byStatus).toSorted(([, a], [, b]) => b - a);
  lines.push(
    `${plural(summary.hosts, 'host')}: ${summary.judged} judged, ${summary.contact} without evidence, ${summary.skipped} skipped`,
    `by status: ${statuses.map(([status, count]) => `${count} ${status}`).join(', ')}`,
  );
  if (recurring.length > 0) lines.push(plural(recurring.length, 'recurring cause'));
  lines.push(...fixLines(fixes));
  if (!complete) lines.push(`incomplete: ${exit.reasons.join(', ')}`);
  return lines;
}

/** Cells padded to common widths, two blanks between, nothing behind the last. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, widthOf(cell))));
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? printable(value) : '';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
