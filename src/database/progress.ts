/** How far each patch came on each host, folded out of the runs one by one. */
import { sql } from './kysely.ts';
import { DEPLOYMENT, PATCH_STATUS } from './codes.ts';
import type { Engine } from './migrations.ts';
import type { Queries } from './schema.ts';

/** Folds a run into how far each patch came on each host: by smallest and largest times, so that order changes nothing. */
export async function foldProgress(
  db: Queries,
  engine: Engine,
  run: number,
  startedAt: number,
): Promise<void> {
  // It knows nothing yet of rows that were written a moment ago, takes them for few, and would look each up by itself.
  if (engine === 'postgres') await sql`set local enable_nestloop = off`.execute(db);
  const installed = PATCH_STATUS.numberOf('installed');
  const never = DEPLOYMENT.numberOf('never');
  await sql`
    insert into progress (patch_id, host_id, first_at, installed_at, is_tried, last_at, last_status)
    select w.patch_id, hp.host_id,
      coalesce(hp.installed_at, hp.deployed_at, hp.detected_at, o.collected_at, ${startedAt}),
      case when hp.status <> ${installed} then null
        else coalesce(hp.installed_at, hp.detected_at, o.collected_at) end,
      case when hp.deployment <> ${never} or hp.status = ${installed} then 1 else 0 end,
      coalesce(o.collected_at, ${startedAt}), hp.status
    from host_patch hp
    join wording w on w.id = hp.wording_id
    join outcome o on o.run_id = hp.run_id and o.host_id = hp.host_id
    where hp.run_id = ${run}
    order by w.patch_id, hp.host_id
    on conflict (patch_id, host_id) do update set
      first_at = case when excluded.first_at < progress.first_at then excluded.first_at else progress.first_at end,
      installed_at = case when progress.installed_at is null or excluded.installed_at < progress.installed_at
        then excluded.installed_at else progress.installed_at end,
      is_tried = case when excluded.is_tried > progress.is_tried then excluded.is_tried else progress.is_tried end,
      last_status = case when excluded.last_at > progress.last_at
        or (excluded.last_at = progress.last_at and excluded.last_status < progress.last_status)
        then excluded.last_status else progress.last_status end,
      last_at = case when excluded.last_at > progress.last_at then excluded.last_at else progress.last_at end
  `.execute(db);
}

/** From nothing, out of all runs that are remembered. */
export async function foldProgressAgain(db: Queries, engine: Engine): Promise<void> {
  await db.deleteFrom('progress').execute();
  const runs = await db.selectFrom('run').select(['id', 'started_at']).execute();
  for (const { id, started_at } of runs) await foldProgress(db, engine, id, started_at);
}
