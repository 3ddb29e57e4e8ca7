/** Every host in every run that could look at it, with the cause that came first. */
import type { Look } from '../history/recurrence.ts';
import { OUTCOME_KIND } from './codes.ts';
import { wordsOf } from './read-memory.ts';
import type { Queries } from './schema.ts';

export async function readLooks(db: Queries): Promise<readonly Look[]> {
  const words = await wordsOf(db);
  const rows = await db
    .selectFrom('outcome')
    .innerJoin('run', 'run.id', 'outcome.run_id')
    .innerJoin('host', 'host.id', 'outcome.host_id')
    .select(['host.name', 'run.started_at', 'outcome.cause'])
    .where('outcome.kind', '!=', OUTCOME_KIND.numberOf('skipped'))
    .orderBy('host.key')
    .execute();
  return rows.map(({ name, started_at, cause }) => ({
    host: name,
    at: started_at,
    cause: cause === null ? '' : (words.get(cause) ?? ''),
  }));
}
