/** The run as plain text: for pipes, mail and eyes. No colour, no borders, nothing cut. */
import { printable } from '../core/printable.ts';
import { widthOf } from '../core/width.ts';
import { type Outcome, reducedWords, type Verdict } from '../core/verdict.ts';
import { fixLines, spreadLines } from './fleet-text.ts';
import type { HostStyle } from './host-text.ts';
import type { CauseSummary, ScanDocument } from './scan-document.ts';
import { SCAN_WORDS, type ScanWords } from './scan-words.ts';

/** How causes and sentences are told. */
export type Style = Pick<HostStyle, 'language' | 'entryOf' | 'tell'>;

export function scanTable(scan: ScanDocument, style: Style): string {
  const words = SCAN_WORDS[style.language];
  const lines = [headline(scan, words), ''];
  const hosts = new Map(scan.hosts.map((host) => [host['name'], host]));
  for (const cause of scan.causes) {
    if (cause.hostCount === 0) continue;
    lines.push(causeLine(cause, style), ...spreadLines(cause, words).map((line) => `    ${line}`));
    const rows = cause.hosts.map((name) => hostCells(hosts.get(name), style));
    lines.push(...columns(rows).map((row) => `    ${row}`));
    const said = firstNext(rows.length > 0 ? hosts.get(cause.hosts[0]) : undefined);
    const next = said && (toldOf(cause.id, style)?.next ?? said);
    if (next) lines.push(`    ${words.next}: ${printable(next)}`);
    lines.push('');
  }
  for (const [reason, names] of skippedByReason(scan)) {
    const some =
      names.length > SKIPPED_NAMED
        ? `${names.slice(0, SKIPPED_NAMED).join(' ')} …`
        : names.join(' ');
    lines.push(`${words.skipped}  ${words.hosts(names.length)}  ${reason}`, `    ${some}`, '');
  }
  lines.push(...totals(scan, words));
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

function headline({ run, tool, summary }: ScanDocument, words: ScanWords): string {
  const from = run.inventory === undefined ? run.source : printable(run.inventory);
  return `patchwhy ${tool.version}  ${from}  ${words.hosts(summary.hosts)}  ${run.startedAt}`;
}

/** Verdicts speak English: other languages, and only they, are read from the catalogue. */
function toldOf(cause: string, { language, entryOf }: Style): ReturnType<Style['entryOf']> {
  return language === 'en' ? undefined : entryOf(cause);
}

function causeLine(cause: CauseSummary, style: Style): string {
  const words = SCAN_WORDS[style.language];
  const flag = cause.recurring ? `${words.recurring}  ` : '';
  const sites = Object.entries(cause.sites)
    .toSorted(([, a], [, b]) => b - a)
    .map(([site, count]) => `${printable(site)} ${count}`)
    .join(', ');
  const also = cause.hostCountAny - cause.hostCount;
  const title = toldOf(cause.id, style)?.title ?? cause.title;
  const besides = also > 0 ? `  ${words.second(also)}` : '';
  return `${flag}${cause.id}  ${words.hosts(cause.hostCount)}  ${title}${sites ? `  [${sites}]` : ''}${besides}`;
}

function hostCells(host: Record<string, unknown> | undefined, { tell }: Style): string[] {
  if (!host) return [];
  const labels = host['labels'] as Record<string, string> | undefined;
  const [first] = (host['causes'] as Verdict['causes'] | undefined) ?? [];
  const confidence = first ? `${Math.round(first.confidence * 100)}%` : '';
  return [
    text(host['name']),
    printable(labels?.['site'] ?? ''),
    text(host['status']),
    confidence,
    [why(host, tell), printable(reducedWords(host))].filter((words) => words !== '').join('  '),
  ];
}

/** The line an operator should read first. */
function why(host: Record<string, unknown>, tell: Style['tell']): string {
  const contact = host['contact'] as Extract<Outcome, { kind: 'contact' }>['contact'] | undefined;
  if (contact) {
    const during = contact.during ? ` in ${contact.during}` : '';
    return printable(`${contact.stage}${during} ${contact.code}: ${contact.message ?? ''}`);
  }
  const [first] = (host['causes'] as Verdict['causes'] | undefined) ?? [];
  const quote = first?.evidence.find(({ kind }) => kind !== 'against') ?? first?.evidence[0];
  return printable(tell(quote?.quote ?? ''));
}

function firstNext(host: Record<string, unknown> | undefined): string | undefined {
  const [first] = (host?.['causes'] as Verdict['causes'] | undefined) ?? [];
  return first?.next;
}

function totals(
  { summary, causes, fixes, complete, exit, notices }: ScanDocument,
  words: ScanWords,
): string[] {
  const recurring = causes.filter((cause) => cause.recurring);
  const lines = notices.map(
    ({ level, text: said }) => `${words.levels[level] ?? level}: ${printable(said)}`,
  );
  if (lines.length > 0) lines.push('');
  const { judged, contact, skipped } = summary;
  const statuses = Object.entries(summary.byStatus).toSorted(([, a], [, b]) => b - a);
  lines.push(
    `${words.hosts(summary.hosts)}: ${words.totals(judged, contact, skipped)}`,
    `${words.byStatus}: ${statuses.map(([status, count]) => `${count} ${status}`).join(', ')}`,
  );
  if (recurring.length > 0) lines.push(words.recurringCauses(recurring.length));
  lines.push(...fixLines(fixes, words));
  if (!complete) lines.push(`${words.incomplete}: ${exit.reasons.join(', ')}`);
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
