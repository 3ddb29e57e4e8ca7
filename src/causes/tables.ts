/** The catalogue's tables: end of service, and which cumulative update brings which revision of a build. */
import type { BuildRow, LifecycleRow } from '../facts/knowledge.ts';
import { readRecords } from './csv.ts';

export function readLifecycle(text: string): readonly LifecycleRow[] {
  return readRecords(text).map((row) => ({
    build: Number(row['build']),
    editionClass: row['edition_class'] ?? 'any',
    name: row['name'] ?? '',
    supportEnd: row['support_end'] ?? '',
    esuEnd: row['esu_end'] ?? '',
  }));
}

export function readBuilds(text: string): readonly BuildRow[] {
  return readRecords(text).map((row) => ({
    build: Number(row['build']),
    kb: row['kb'] ?? '',
    ubr: Number(row['ubr']),
  }));
}
