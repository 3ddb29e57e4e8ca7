/** Takes a run out, but for what was learned from it: how far patches came, and documents that other runs hold too. */
import type { Queries } from './schema.ts';

export async function forgetRun(db: Queries, id: number): Promise<void> {
  for (const table of ['host_patch', 'finding', 'outcome'] as const)
    await db.deleteFrom(table).where('run_id', '=', id).execute();
  await db.deleteFrom('run').where('id', '=', id).execute();
}
