/** What is told of causes, for the commands that show it: shipped words, in one language, with the team's notes. */
import type { Catalogue } from '../causes/catalogue.ts';
import { bareEntry, entryOf } from '../causes/entry.ts';
import type { Entry, Language } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { proseOf } from './catalogue.ts';
import { loadNotes } from './notes.ts';

/**
 * Entries by id; undefined for a cause that is not known. `file` is the notes that the user names.
 * @throws PatchwhyError exit 2 where the notes are not right.
 */
export function entriesIn(
  { causes }: Catalogue,
  language: Language,
  file: string | undefined,
): (cause: CauseId) => Entry | undefined {
  const notes = loadNotes(file, new Set(causes.keys()));
  return (id) => {
    const prose = proseOf(id);
    if (prose !== undefined) return entryOf(prose, language, notes.get(id));
    const own = causes.get(id)?.cause;
    return own && bareEntry(own, language, notes.get(id));
  };
}
