/** The sentences of all signs, and the few that the engine says itself, in every language: `catalogue/quotes.csv`. */
import { type Language, LANGUAGES } from '../core/entry.ts';
import { readRecords } from './csv.ts';

export function readQuoteForms(text: string): readonly Readonly<Record<Language, string>>[] {
  return readRecords(text).map(
    (row) =>
      Object.fromEntries(LANGUAGES.map((language) => [language, row[language] ?? ''])) as Record<
        Language,
        string
      >,
  );
}
