/** The end-of-service table of the catalogue. */
import type { LifecycleRow } from '../facts/knowledge.ts';
import { readRecords } from './csv.ts';

export function readLifecycle(text: string): readonly LifecycleRow[] {
  return readRecords(text).map((row) => ({
    build: Number(row['build']),
    editionClass: row['edition_class'] ?? 'any',
    name: row['name'] ?? '',
    supportEnd: row['support_end'] ?? '',
    esuEnd: row['esu_end'] ?? '',
    ...(!row['source'] && { isUnsure: true }),
  }));
}
