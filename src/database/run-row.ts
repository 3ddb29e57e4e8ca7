/** A run's own row, as the rest of the program knows a run. */
import type { Selectable } from 'kysely';
import type { RunInfo } from '../core/event.ts';
import type { KeptRunHead } from './kept-run.ts';
import type { RunTable } from './schema.ts';

export function runOfRow(row: Selectable<RunTable>): KeptRunHead['run'] {
  return {
    id: row.name,
    source: row.source as RunInfo['source'],
    ...(row.inventory !== null && { inventory: row.inventory }),
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at === null ? undefined : new Date(row.finished_at).toISOString(),
    threshold: row.threshold,
    tool: JSON.parse(row.tool) as RunInfo['tool'],
  };
}
