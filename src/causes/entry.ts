/** A cause as a reader meets it: the shipped words in one language, overridden and extended by a team's own notes. */
import type { Entry, Language, Words } from '../core/entry.ts';
import type { Cause } from './cause.ts';
import type { BareProse, Prose } from './prose.ts';

/** What a team writes on one cause. Texts stand in place of ours; `note` and `links` are added. */
export interface Note {
  readonly texts: Readonly<Partial<Record<keyof Words | 'risk' | 'reboot', string>>>;
  readonly note?: string;
  readonly links: readonly string[];
}

export function entryOf(prose: Prose, language: Language, note?: Note): Entry {
  const { id, category, words, sources, links, runbook } = prose;
  return withNote({ ...runbook, id, category, ...words[language], sources, links }, note);
}

/** What users say themselves of a cause of their own, in their language. */
export function bareEntry(
  { id, category, title, next }: Cause,
  language: Language,
  { sources, runbook }: BareProse,
  note?: Note,
): Entry {
  const entry = { ...runbook, id, category, title: title[language], next, sources, links: [] };
  return withNote(entry, note);
}

function withNote(entry: Entry, note: Note | undefined): Entry {
  if (note === undefined) return entry;
  return {
    ...entry,
    ...note.texts,
    ...(note.note !== undefined && { note: note.note }),
    links: [...entry.links, ...note.links],
  };
}
