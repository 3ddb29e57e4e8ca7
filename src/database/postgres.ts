/** PostgreSQL for teams: one database, a schema of its own for each client. */
import { Kysely, PostgresDialect, sql } from './kysely.ts';
import { PatchwhyError } from '../core/error.ts';
import type { Secret } from '../core/secret.ts';
import type { Schema } from './schema.ts';

const INT8 = 20;

/**
 * @param url `postgres://user:password@host/database`; never said again, in no error
 * @param schema name of the client's schema, made where it is missing; none to look at all of them
 * @throws PatchwhyError `history.unreachable` (exit 2) where the server cannot be reached or refuses
 */
export async function openPostgres(
  url: Secret,
  schema: string | undefined,
): Promise<Kysely<Schema>> {
  const { default: pg } = await driver();
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: 2,
    connectionTimeoutMillis: 10_000,
    application_name: 'patchwhy',
    ...(schema !== undefined && { options: `-c search_path=${schema}` }),
    // Times are far below 2^53.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
    },
  });
  // A connection that breaks while nothing is asked is told by the next question.
  pool.on('error', () => undefined);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    if (schema === undefined) await sql`select 1`.execute(db);
    else await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  } catch (error) {
    await db.destroy();
    throw unreachable(error);
  }
  return db;
}

/** Clients whose schemas lie in the database. @throws as `openPostgres` */
export async function postgresClients(url: Secret): Promise<readonly string[]> {
  const db = await openPostgres(url, undefined);
  try {
    const { rows } = await sql<{ schema: string }>`
      select table_schema as schema from information_schema.tables
      where table_name = 'client' and table_schema like 'patchwhy\\_%'`.execute(db);
    const names: string[] = [];
    for (const { schema } of rows) {
      const row = await db
        .withSchema(schema)
        .selectFrom('client')
        .select('name')
        .executeTakeFirst();
      if (row !== undefined) names.push(row.name);
    }
    return names;
  } finally {
    await db.destroy();
  }
}

async function driver() {
  try {
    return await import('pg');
  } catch (error) {
    throw new PatchwhyError(
      'history.driver',
      'the history lies in PostgreSQL, and its driver is not installed',
      'npm install pg beside patchwhy, or unset PATCHWHY_DATABASE',
      { cause: error },
    );
  }
}

function unreachable(error: unknown): PatchwhyError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const why = typeof code === 'string' ? code : String(message);
  return new PatchwhyError(
    'history.unreachable',
    `the history in PostgreSQL cannot be opened: ${why}`,
    'check PATCHWHY_DATABASE, and that its account may use and create schemas in that database',
  );
}
