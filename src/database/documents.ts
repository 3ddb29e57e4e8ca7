/** Evidence documents out of the database. */
import { unpack } from './packed.ts';
import { idOfRun } from './read-runs.ts';
import type { Queries } from './schema.ts';

/**
 * The document of a host in a run, byte by byte as it was taken; undefined where there is none any more.
 * @throws where it is damaged
 */
export async function readDocument(
  db: Queries,
  run: string,
  host: string,
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('outcome')
    .innerJoin('host', 'host.id', 'outcome.host_id')
    .innerJoin('evidence', 'evidence.id', 'outcome.evidence_id')
    .select(['packed', 'hash'])
    .where('run_id', '=', (await idOfRun(db, run)) ?? -1)
    .where('key', '=', host.toLowerCase())
    .executeTakeFirst();
  return row?.packed ? unpack(row.packed, row.hash) : undefined;
}
