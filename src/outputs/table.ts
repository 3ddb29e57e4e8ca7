/** The run as plain text: for pipes, mail and eyes. No colour, no borders, nothing cut. */
import { printable } from '../core/printable.ts';
import { widthOf } from '../core/width.ts';
import { HEALTHY, NOT_ENOUGH_EVIDENCE, type Outcome, type Verdict } from '../core/verdict.ts';
import type { CauseSummary, ScanDocument } from './scan-document.ts';

export function scanTable(scan: ScanDocument): string {
  const lines = [headline(scan), ''];
  const hosts = new Map(scan.hosts.map((host) => [host['name'], host]));
  for (const cause of scan.causes) {
    if (cause.hostCount === 0) continue;
    lines.push(causeLine(cause));
    const rows = cause.hosts.map((name) => hostCells(hosts.get(name)));
    lines.push(...columns(rows).map((row) => `    ${row}`));
    const next = firstNext(rows.length > 0 ? hosts.get(cause.hosts[0]) : undefined);
    if (next) lines.push(`    do next: ${next}`);
    lines.push('');
  }
  const skipped = scan.hosts.filter((host) => host['outcome'] === 'skipped');
  if (skipped.length > 0) {
    lines.push(`skipped  ${plural(skipped.length, 'host')}`);
    lines.push(
      ...columns(skipped.map((host) => [text(host['name']), text(host['reason'])])).map(
        (row) => `    ${row}`,
      ),
      '',
    );
  }
  lines.push(...totals(scan));
  return `${lines.join('\n')}\n`;
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
    why(host),
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

function totals({ summary, causes, hosts, complete, exit, notices }: ScanDocument): string[] {
  const healthy = hosts.filter((host) => host['cause'] === HEALTHY).length;
  const unknown = causes.find(({ id }) => id === NOT_ENOUGH_EVIDENCE)?.hostCount ?? 0;
  const recurring = causes.filter((cause) => cause.recurring);
  const lines = notices.map(({ level, text: words }) => `${level}: ${printable(words)}`);
  if (lines.length > 0) lines.push('');
  lines.push(
    `${plural(summary.hosts, 'host')}: ${summary.judged} judged (${healthy} with nothing to do, ${summary.failing} failing, ${unknown} without enough evidence), ${summary.contact} not contacted, ${summary.skipped} skipped`,
  );
  if (recurring[0]) {
    const [first] = recurring;
    lines.push(
      `${plural(recurring.length, 'recurring cause')}; ${first.id} first: fixed once, it brings ${plural(first.hostCount, 'host')} back`,
    );
  }
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
