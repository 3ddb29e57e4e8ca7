/** The steps from an empty database to today's schema. Forward only: a step that was published is never changed. */
import type { ColumnDataType, CreateTableBuilder, Kysely } from 'kysely';
import { sql } from './kysely.ts';

export type Engine = 'sqlite' | 'postgres';

/** Each step is given a database of the step before; its schema is that of its own time, so it has no types. */
export type Step = (db: Kysely<never>, engine: Engine) => Promise<void>;

export const MIGRATIONS: readonly Step[] = [first];

async function first(db: Kysely<never>, engine: Engine): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const blob: ColumnDataType = isSqlite ? 'blob' : 'bytea';
  const withId = (name: string) =>
    isSqlite
      ? db.schema.createTable(name).addColumn('id', 'integer', (id) => id.primaryKey())
      : db.schema
          .createTable(name)
          .addColumn('id', 'integer', (id) => id.generatedByDefaultAsIdentity().primaryKey());
  /** Rows that are found by their key alone need no second tree in SQLite. */
  const packed = <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
    isSqlite ? table.modifyEnd(sql`without rowid`) : table;

  await db.schema
    .createTable('client')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute();
  await withId('run')
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('inventory', 'text')
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('is_complete', 'smallint', (c) => c.notNull())
    .addColumn('threshold', 'integer', (c) => c.notNull())
    .addColumn('tool', 'text', (c) => c.notNull())
    .addColumn('fingerprint', 'text', (c) => c.notNull())
    .execute();
  await withId('host')
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute();
  await withId('word')
    .addColumn('text', 'text', (c) => c.notNull().unique())
    .execute();
  await withId('evidence')
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('packed', blob)
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .execute();
  await packed(
    db.schema
      .createTable('outcome')
      .addColumn('run_id', 'integer', (c) => c.notNull())
      .addColumn('host_id', 'integer', (c) => c.notNull())
      .addColumn('kind', 'smallint', (c) => c.notNull())
      .addColumn('status', 'smallint', (c) => c.notNull())
      .addColumn('cause', 'integer')
      .addColumn('labels', 'integer', (c) => c.notNull())
      .addColumn('build', 'integer', (c) => c.notNull())
      .addColumn('collected_at', 'bigint')
      .addColumn('mode', 'smallint', (c) => c.notNull())
      .addColumn('evidence_id', 'integer')
      .addPrimaryKeyConstraint('outcome_key', ['run_id', 'host_id']),
  ).execute();
  await packed(
    db.schema
      .createTable('finding')
      .addColumn('run_id', 'integer', (c) => c.notNull())
      .addColumn('host_id', 'integer', (c) => c.notNull())
      .addColumn('rank', 'smallint', (c) => c.notNull())
      .addColumn('cause', 'integer', (c) => c.notNull())
      .addColumn('confidence', 'smallint', (c) => c.notNull())
      .addColumn('first_seen', 'bigint')
      .addPrimaryKeyConstraint('finding_key', ['run_id', 'host_id', 'rank']),
  ).execute();
  await withId('patch')
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .execute();
  await withId('wording')
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('patch_id', 'integer', (c) => c.notNull())
    .addColumn('kb', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('family', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('offer', 'text', (c) => c.notNull())
    .execute();
  await packed(
    db.schema
      .createTable('host_patch')
      .addColumn('run_id', 'integer', (c) => c.notNull())
      .addColumn('wording_id', 'integer', (c) => c.notNull())
      .addColumn('host_id', 'integer', (c) => c.notNull())
      .addColumn('status', 'smallint', (c) => c.notNull())
      .addColumn('detection', 'smallint', (c) => c.notNull())
      .addColumn('detected_at', 'bigint')
      .addColumn('deployment', 'smallint', (c) => c.notNull())
      .addColumn('deployed_at', 'bigint')
      .addColumn('installed_at', 'bigint')
      .addColumn('code', 'integer')
      .addColumn('exit_code', 'bigint')
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('try_limit', 'integer')
      .addColumn('approval', 'smallint', (c) => c.notNull())
      .addColumn('flags', 'smallint', (c) => c.notNull())
      .addPrimaryKeyConstraint('host_patch_key', ['run_id', 'wording_id', 'host_id']),
  ).execute();
  await packed(
    db.schema
      .createTable('patch_count')
      .addColumn('run_id', 'integer', (c) => c.notNull())
      .addColumn('wording_id', 'integer', (c) => c.notNull())
      .addColumn('status', 'smallint', (c) => c.notNull())
      .addColumn('deployment', 'smallint', (c) => c.notNull())
      .addColumn('hosts', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('patch_count_key', ['run_id', 'wording_id', 'status', 'deployment']),
  ).execute();
  await packed(
    db.schema
      .createTable('progress')
      .addColumn('patch_id', 'integer', (c) => c.notNull())
      .addColumn('host_id', 'integer', (c) => c.notNull())
      .addColumn('first_at', 'bigint', (c) => c.notNull())
      .addColumn('installed_at', 'bigint')
      .addColumn('is_tried', 'smallint', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addColumn('last_status', 'smallint', (c) => c.notNull())
      .addPrimaryKeyConstraint('progress_key', ['patch_id', 'host_id']),
  ).execute();
  // Every row is written anew with each run: with room beside it PostgreSQL leaves the index alone.
  if (!isSqlite) await sql`alter table progress set (fillfactor = 50)`.execute(db);
  await withId('change')
    .addColumn('uid', 'text', (c) => c.notNull().unique())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('hosts', 'text', (c) => c.notNull())
    .addColumn('noted_at', 'bigint', (c) => c.notNull())
    .execute();
}
