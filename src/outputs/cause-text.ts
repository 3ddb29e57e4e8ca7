/** One cause as plain text: the whole entry for a technician, a sentence for a manager. */
import type { Audience, Entry, Language } from '../core/entry.ts';
import { widthOf } from '../core/width.ts';
import { LABELS } from './labels.ts';
import { hanging } from './paragraphs.ts';

export interface TextStyle {
  readonly language: Language;
  readonly audience: Audience;
  /** Of the terminal; undefined in a pipe. */
  readonly columns: number | undefined;
}

/** @param from the file of a user's own cause */
export function causeText(entry: Entry, style: TextStyle, from?: string): string {
  const { columns, language } = style;
  const head = [
    ...hanging('', `${entry.title}  (${entry.id})`, columns),
    ...(from === undefined ? [] : hanging('  ', LABELS[language].ownCause(from), columns)),
  ];
  const body =
    style.audience === 'business' ? managerLines(entry, style) : technicianLines(entry, style);
  return `${[...head, ...body].join('\n')}\n`;
}

function managerLines({ manager, note }: Entry, { language, columns }: TextStyle): string[] {
  const notes = note === undefined ? [] : hanging(`  ${LABELS[language].note}: `, note, columns);
  return [...hanging('  ', manager ?? '', columns), ...notes];
}

function technicianLines(entry: Entry, { language, columns }: TextStyle): string[] {
  const labels = LABELS[language];
  const level = (word: string | undefined): string | undefined =>
    word === undefined ? undefined : (labels.levels[word] ?? word);
  const rows = [
    [labels.next, entry.next],
    [labels.check, entry.check],
    [labels.fix, entry.fix],
    [labels.verify, entry.verify],
    [labels.risk, level(entry.risk)],
    [labels.restart, level(entry.reboot)],
    [labels.note, entry.note],
  ] as const;
  const shown = rows.filter(([, text]) => text !== undefined && text !== '');
  const room = Math.max(...shown.map(([label]) => widthOf(label)));
  return [
    ...hanging('  ', entry.manager ?? '', columns).filter((line) => line.trim() !== ''),
    '',
    ...shown.flatMap(([label, text]) =>
      hanging(`  ${label}${' '.repeat(room - widthOf(label))}  `, text ?? '', columns),
    ),
    ...sourceLines(entry, labels.sources, columns),
  ];
}

/** Addresses are never broken: they are there to be copied. */
function sourceLines(
  { sources, links }: Entry,
  label: string,
  columns: number | undefined,
): string[] {
  if (sources.length + links.length === 0) return [];
  return [
    '',
    `  ${label}`,
    ...sources.flatMap((source) => hanging('    ', source, columns)),
    ...links.map((link) => `    ${link}`),
  ];
}
