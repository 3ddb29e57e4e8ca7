/** What is told of causes, for the commands that show it: shipped words, in one language, with the team's notes. */
import { bareEntry, entryOf } from '../causes/entry.ts';
import type { Entry, Language } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { asSaid, type Tell, tellIn } from '../outputs/quote-text.ts';
import { proseOf, quoteForms } from './catalogue.ts';
import { loadNotes } from './notes.ts';
import type { Rules } from './own-rules.ts';

/**
 * Entries by id; undefined for a cause that is not known. `file` is the notes that the user names.
 * @throws PatchwhyError exit 2 where the notes are not right.
 */
export function entriesIn(
  { catalogue: { causes }, own }: Pick<Rules, 'catalogue' | 'own'>,
  language: Language,
  file: string | undefined,
): (cause: CauseId) => Entry | undefined {
  const notes = loadNotes(file, new Set(causes.keys()));
  return (id) => {
    const theirs = own.get(id);
    if (theirs !== undefined) return bareEntry(theirs.cause, language, theirs.prose, notes.get(id));
    // One that the users turned off is told of by nobody.
    const prose = causes.has(id) ? proseOf(id) : undefined;
    return prose && entryOf(prose, language, notes.get(id));
  };
}

/** How the engine's sentences read in a language; their forms are read when the first is told. */
export function tellerIn(language: Language): Tell {
  if (language === 'en') return asSaid;
  let tell: Tell | undefined;
  return (sentence) => (tell ??= tellIn(language, quoteForms()))(sentence);
}
