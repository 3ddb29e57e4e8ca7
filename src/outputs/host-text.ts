/** One host's verdict as plain text, with every line of its proof. */
import { printable } from '../core/printable.ts';
import { type Outcome, type Quote, reducedWords, type Verdict } from '../core/verdict.ts';
import type { ScanDocument } from './scan-document.ts';
import { age } from './age.ts';

type Contact = Extract<Outcome, { kind: 'contact' }>['contact'];

const SIGN = { strong: '+3', weak: '+1', against: '-1' } as const;

/** `now` gives the age of what is shown. */
export function hostText(
  host: ScanDocument['hosts'][number],
  scan: ScanDocument,
  now: Date,
): string {
  const lines = [headline(host)];
  const collectedAt = host['collectedAt'];
  if (typeof collectedAt === 'string') {
    lines.push(`  evidence of ${collectedAt}, ${age(now, collectedAt)} old; run ${scan.run.id}`);
  }
  const reduced = reducedWords(host);
  if (reduced !== '') lines.push(`  ${printable(reduced)}`);
  lines.push(...contactLines(host['contact'] as Contact | undefined));
  const {
    causes = [],
    consequences = [],
    unread = [],
    grounds = [],
    runnerUp,
  } = host as unknown as Partial<Verdict>;
  for (const [at, cause] of causes.entries()) {
    const percent = `${Math.round(cause.confidence * 100)}%`;
    lines.push(
      '',
      `${at === 0 ? '' : 'also: '}${cause.title}  (${cause.id}, ${percent}${cause.tries ? `, ${cause.tries} ${cause.tries === 1 ? 'try' : 'tries'}` : ''}${cause.firstSeen ? `, since ${cause.firstSeen}` : ''})`,
    );
    const rule = scan.tool.rules?.find(({ causes }) => causes.includes(cause.id));
    if (rule !== undefined) lines.push(`  a cause of your own, from ${printable(rule.name)}`);
    lines.push(...section('because', cause.evidence.map(quoteLine)));
    if (cause.next) lines.push('  do next', `    ${printable(cause.next)}`);
  }
  if (grounds.length > 0)
    lines.push(
      '',
      'nothing to do',
      ...section(
        'because',
        grounds.map((ground) => printable(ground)),
      ),
    );
  if (consequences.length > 0 || runnerUp) {
    lines.push('');
    lines.push(
      ...section('not the cause', [
        ...consequences.map(({ id, beatenBy }) => `${id}  follows from ${beatenBy}`),
        ...(runnerUp
          ? [`${runnerUp.id}  ${Math.round(runnerUp.confidence * 100)}%, too little to say`]
          : []),
      ]),
    );
  }
  if (unread.length > 0) {
    lines.push('');
    lines.push(
      ...section(
        'could not be read',
        unread.map(({ section: name, hresult, message }) =>
          [name, hresult, message && printable(message)].filter(Boolean).join('  '),
        ),
      ),
    );
  }
  if (host['outcome'] === 'skipped') lines.push(`  ${printable(String(host['reason']))}`);
  return `${lines.map(printable).join('\n')}\n`;
}

function headline(host: ScanDocument['hosts'][number]): string {
  const labels = Object.entries((host['labels'] ?? {}) as Record<string, string>)
    .map(([key, value]) => `${printable(key)}:${printable(value)}`)
    .join(' ');
  return [printable(String(host['name'])), host['status'], host['cause'] ?? '', labels]
    .filter(Boolean)
    .join('  ');
}

function contactLines(contact: Contact | undefined): string[] {
  if (!contact) return [];
  const during = contact.during ? ` in ${contact.during}` : '';
  const took = contact.elapsedMs === undefined ? '' : `, after ${contact.elapsedMs} ms`;
  return [
    `  contact ended at ${contact.stage}${during}: ${printable(contact.code)}${took}`,
    `  ${printable(contact.message ?? '')}`,
  ];
}

function quoteLine({ kind, quote, pointer }: Quote): string {
  return `${SIGN[kind]}  ${printable(quote)}  ${printable(pointer)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}
