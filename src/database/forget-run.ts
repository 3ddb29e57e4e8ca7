/** Takes a run out, but for what was learned from it: how far patches came, and documents that other runs hold too. */
import type { Queries } from './schema.ts';

export async function forgetRun(db: Queries, id: number): Promise<void> {
  for (const table of ['host_patch', 'patch_count', 'finding', 'outcome'] as const)
    await db.deleteFrom(table).where('run_id', '=', id).execute();
  await db.deleteFrom('run').where('id', '=', id).execute();
}

/** @param names ids of runs, as `2026-11-21T06-41-08Z-7f3a`; unknown ones are none of its business */
export async function forgetRuns(db: Queries, names: readonly string[]): Promise<void> {
  const known = await db.selectFrom('run').select(['id', 'name']).execute();
  const wanted = new Set(names);
  for (const { id, name } of known) if (wanted.has(name)) await forgetRun(db, id);
}
