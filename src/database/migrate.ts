/** Brings a database to today's schema. */
import type { Kysely } from 'kysely';
import { sql } from './kysely.ts';
import { PatchwhyError } from '../core/error.ts';
import { type Engine, MIGRATIONS } from './migrations.ts';
import type { Queries } from './schema.ts';

/** Of our advisory lock in PostgreSQL; any number that nobody else takes. */
const LOCK = 7_283_101;

/**
 * All steps or none. Two who come at once take turns: the second finds nothing left to do.
 * @throws PatchwhyError `history.newer` (exit 9) where a newer version of patchwhy has written it
 */
export async function migrate(db: Queries, engine: Engine): Promise<void> {
  if ((await versionOf(db)) === MIGRATIONS.length) return;
  await db.transaction().execute(async (transaction) => {
    if (engine === 'postgres')
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    const version = await versionOf(transaction, true);
    if (version > MIGRATIONS.length)
      throw new PatchwhyError(
        'history.newer',
        `the history is of version ${version}, and this patchwhy knows up to ${MIGRATIONS.length}`,
        'use the version of patchwhy that wrote it, or a newer one',
        { exitCode: 9 },
      );
    for (const step of MIGRATIONS.slice(version))
      await step(transaction as unknown as Kysely<never>, engine);
    await sql`delete from schema_version`.execute(transaction);
    await transaction.insertInto('schema_version').values({ version: MIGRATIONS.length }).execute();
  });
}

/** 0 for an empty database. */
async function versionOf(db: Queries, makes = false): Promise<number> {
  if (makes)
    await db.schema
      .createTable('schema_version')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute();
  try {
    const row = await db.selectFrom('schema_version').select('version').executeTakeFirst();
    return row?.version ?? 0;
  } catch (error) {
    if (makes) throw error;
    return 0;
  }
}
