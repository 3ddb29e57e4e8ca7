/** One host's verdict as plain text, with every line of its proof. */
import { printable } from '../core/printable.ts';
import type { Entry, Language } from '../core/entry.ts';
import {
  type CauseId,
  type Finding,
  type Outcome,
  type Quote,
  reducedWords,
  type Verdict,
} from '../core/verdict.ts';
import type { TextStyle } from './cause-text.ts';
import { LABELS } from './labels.ts';
import { hanging } from './paragraphs.ts';
import { discrepancyText } from './discrepancy-text.ts';
import type { ScanDocument } from './scan-document.ts';
import type { Tell } from './quote-text.ts';
import { age } from './age.ts';

type Contact = Extract<Outcome, { kind: 'contact' }>['contact'];

const SIGN = { strong: '+3', weak: '+1', against: '-1' } as const;

export interface HostStyle extends TextStyle {
  /** What is said of a cause, in the reader's language; undefined for one that is no longer known. */
  readonly entryOf: (cause: CauseId) => Entry | undefined;
  /** The engine's sentences in the reader's language. */
  readonly tell: Tell;
}

/** `now` gives the age of what is shown. What hosts say themselves stays in the language it was collected in. */
export function hostText(
  host: ScanDocument['hosts'][number],
  scan: ScanDocument,
  now: Date,
  style: HostStyle,
): string {
  const { columns, language } = style;
  const words = WORDS[language];
  const lines = hanging('', headline(host), columns);
  const collectedAt = host['collectedAt'];
  if (typeof collectedAt === 'string') {
    lines.push(`  ${words.evidence(collectedAt, age(now, collectedAt, language), scan.run.id)}`);
  }
  const reduced = reducedWords(host);
  if (reduced !== '') lines.push(`  ${printable(reduced)}`);
  lines.push(...contactLines(host['contact'] as Contact | undefined, words));
  const {
    causes = [],
    consequences = [],
    unread = [],
    grounds = [],
    discrepancies = [],
    runnerUp,
  } = host as unknown as Partial<Verdict>;
  if (causes.length > 1) lines.push('', `  ${words.several(causes.length)}`);
  for (const [at, cause] of causes.entries()) {
    const { title, manager, next, note } = { ...cause, ...style.entryOf(cause.id) } as Finding &
      Entry;
    const number = causes.length > 1 ? `${at + 1}. ` : '';
    const percent = `${Math.round(cause.confidence * 100)}%`;
    const tries = cause.tries ? [words.tries(cause.tries)] : [];
    const since = cause.firstSeen ? [words.since(cause.firstSeen)] : [];
    const about = [cause.id, percent, ...tries, ...since].join(', ');
    lines.push('', ...hanging(number, `${title}  (${about})`, columns));
    const rule = scan.tool.rules?.find(({ causes }) => causes.includes(cause.id));
    if (rule !== undefined) lines.push(`  ${LABELS[language].ownCause(rule.name)}`);
    if (style.audience === 'business') {
      lines.push(...hanging('  ', manager ?? next ?? '', columns));
      continue;
    }
    lines.push(`  ${words.because}`, ...cause.evidence.flatMap((one) => quoteLines(one, style)));
    if (next) lines.push(...section(words.next, [next], columns));
    if (note) lines.push(...section(words.note, [note], columns));
    const gain = gainOf(causes, at, consequences, words);
    lines.push(...section(words.gives, gain === '' ? [] : [gain], columns));
  }
  if (grounds.length > 0)
    lines.push('', words.nothing, ...section(words.because, grounds.map(style.tell), columns));
  const dismissed = [
    ...consequences.map(({ id, beatenBy }) => words.follows(id, beatenBy)),
    ...(runnerUp ? [words.tooLittle(runnerUp.id, Math.round(runnerUp.confidence * 100))] : []),
  ];
  if (style.audience === 'tech' && dismissed.length > 0)
    lines.push('', ...section(words.notTheCause, dismissed, columns));
  const disagreeing = discrepancies.map(
    (one) => `${discrepancyText(one, language)}  ${one.pointers.join(' ')}`,
  );
  if (style.audience === 'tech' && disagreeing.length > 0)
    lines.push('', ...section(words.disagree, disagreeing, columns));
  const refused = unread.map(({ section: name, hresult, message }) =>
    [name, hresult, message && style.tell(message)].filter(Boolean).join('  '),
  );
  if (refused.length > 0) lines.push('', ...section(words.unread, refused, columns));
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

function contactLines(contact: Contact | undefined, words: Words): string[] {
  if (!contact) return [];
  const { stage, during, code, elapsedMs, message = '' } = contact;
  const ended = words.contact(during ? `${stage} (${during})` : stage, printable(code));
  return [
    `  ${ended}${elapsedMs === undefined ? '' : `, ${elapsedMs} ms`}`,
    ...(message === '' ? [] : [`  ${printable(message)}`]),
  ];
}

function quoteLines({ kind, quote, pointer }: Quote, { tell, columns }: HostStyle): string[] {
  return hanging(`    ${SIGN[kind]}  `, `${tell(quote)}  ${pointer}`.trimEnd(), columns);
}

/** What mending this cause alone would give: what follows from it, and what is left to do after it. */
function gainOf(
  causes: readonly Finding[],
  at: number,
  consequences: Verdict['consequences'],
  words: Words,
): string {
  const own = causes[at]?.id;
  const freed = consequences.filter(({ beatenBy }) => beatenBy === own).map(({ id }) => id);
  const left = causes.filter((_, position) => position !== at).map(({ id }) => id);
  if (left.length === 0) return '';
  return [...(freed.length > 0 ? [words.frees(freed)] : []), words.leaves(left)].join('; ');
}

function section(title: string, lines: readonly string[], columns: number | undefined): string[] {
  if (lines.length === 0) return [];
  return [`  ${title}`, ...lines.flatMap((line) => hanging('    ', line, columns))];
}

interface Words {
  readonly evidence: (at: string, age: string, run: string) => string;
  readonly contact: (stage: string, code: string) => string;
  readonly because: string;
  readonly next: string;
  readonly note: string;
  readonly gives: string;
  readonly nothing: string;
  readonly notTheCause: string;
  readonly disagree: string;
  readonly unread: string;
  readonly several: (count: number) => string;
  readonly tries: (count: number) => string;
  readonly since: (time: string) => string;
  readonly follows: (cause: CauseId, from: CauseId) => string;
  readonly tooLittle: (cause: CauseId, percent: number) => string;
  readonly frees: (causes: readonly CauseId[]) => string;
  readonly leaves: (causes: readonly CauseId[]) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    evidence: (at, age, run) => `evidence of ${at}, ${age} old; run ${run}`,
    contact: (stage, code) => `contact ended at ${stage}: ${code}`,
    because: 'because',
    next: 'do next',
    note: 'note of the team',
    gives: 'fixing this alone',
    nothing: 'nothing to do',
    notTheCause: 'not the cause',
    disagree: 'sources that do not agree',
    unread: 'could not be read',
    several: (count) => `${count} causes, each true; the surest first`,
    tries: (count) => `${count} ${count === 1 ? 'try' : 'tries'}`,
    since: (time) => `since ${time}`,
    follows: (cause, from) => `${cause}  follows from ${from}`,
    tooLittle: (cause, percent) => `${cause}  ${percent}%, too little to say`,
    frees: (causes) => `also ends ${causes.join(', ')}`,
    leaves: (causes) => `leaves ${causes.join(', ')} to fix`,
  },
  it: {
    evidence: (at, age, run) => `evidenze del ${at}, raccolte ${age} fa; esecuzione ${run}`,
    contact: (stage, code) => `contatto terminato in ${stage}: ${code}`,
    because: 'perché',
    next: 'prossimo passo',
    note: 'nota del team',
    gives: 'correggendo solo questa',
    nothing: 'niente da fare',
    notTheCause: 'non è la causa',
    disagree: 'fonti discordanti',
    unread: 'non è stato possibile leggere',
    several: (count) => `${count} cause, tutte vere; prima la più certa`,
    tries: (count) => `${count} ${count === 1 ? 'tentativo' : 'tentativi'}`,
    since: (time) => `dal ${time}`,
    follows: (cause, from) => `${cause}  deriva da ${from}`,
    tooLittle: (cause, percent) => `${cause}  ${percent}%, troppo poco per dirlo`,
    frees: (causes) => `risolve anche ${causes.join(', ')}`,
    leaves: (causes) => `resta da correggere ${causes.join(', ')}`,
  },
  ja: {
    evidence: (at, age, run) => `${at} の収集データ (${age}前)、実行 ${run}`,
    contact: (stage, code) => `接続は ${stage} で終了: ${code}`,
    because: '根拠',
    next: '次の操作',
    note: 'チームのメモ',
    gives: 'この原因だけを解消した場合',
    nothing: '対処は不要',
    notTheCause: '原因ではないもの',
    disagree: '食い違う情報源',
    unread: '読み取れなかったもの',
    several: (count) => `原因は ${count} 件 (すべて該当。確度の高い順)`,
    tries: (count) => `試行 ${count} 回`,
    since: (time) => `${time} から`,
    follows: (cause, from) => `${cause}  ${from} の結果`,
    tooLittle: (cause, percent) => `${cause}  ${percent}%、断定には不十分`,
    frees: (causes) => `${causes.join(', ')} も解消`,
    leaves: (causes) => `${causes.join(', ')} は残る`,
  },
};
