/**
 * A client's history: SQLite in the state folder, or PostgreSQL by its URL. A client is what the inventory calls one: the
 * label `client` of hosts; hosts without one belong to the user's own fleet, which has no name.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import type { Secret } from '../core/secret.ts';
import { makePrivateFolder } from '../store/state-folder.ts';
import { migrate } from './migrate.ts';
import type { Engine } from './migrations.ts';
import { openPostgres, postgresClients } from './postgres.ts';
import type { Queries } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export interface History extends AsyncDisposable {
  readonly db: Queries;
  readonly engine: Engine;
  readonly client: string;
  /** Where it lies, for messages: a file, or `PostgreSQL`. Never with a password. */
  readonly place: string;
}

export interface Place {
  /** The user's state folder. */
  readonly state: string;
  /** URL of a PostgreSQL database; SQLite without. */
  readonly url?: Secret | undefined;
}

/** Opens it at today's schema; makes it where there is none. @throws what the place says, PatchwhyError for its version */
export async function openHistory(place: Place, client: string): Promise<History> {
  const { db, engine, where } = await connect(place, client);
  try {
    await migrate(db, engine);
    await nameClient(db, client);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    engine,
    client,
    place: where,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

async function connect({ state, url }: Place, client: string) {
  if (url !== undefined) {
    const db = await openPostgres(url, schemaOf(client));
    return { db, engine: 'postgres' as const, where: 'PostgreSQL' };
  }
  const where = historyFile(state, client);
  await makePrivateFolder(join(state, 'history'));
  return { db: await openSqlite(where), engine: 'sqlite' as const, where };
}

/** Files and schemas are named so that people know them again; the whole name lies within. */
async function nameClient(db: Queries, client: string): Promise<void> {
  await db
    .insertInto('client')
    .values({ id: 1, name: client })
    .onConflict((on) => on.doNothing())
    .execute();
}

/** Clients whose history lies there, by name. */
export async function knownClients({ state, url }: Place): Promise<readonly string[]> {
  const names = url === undefined ? await sqliteClients(state) : await postgresClients(url);
  return names.toSorted();
}

async function sqliteClients(state: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const file of await historyFiles(state)) {
    const db = await openSqlite(file);
    try {
      const row = await db.selectFrom('client').select('name').executeTakeFirst();
      if (row !== undefined) names.push(row.name);
    } catch (error) {
      if (!isNotMade(error)) throw error;
    } finally {
      await db.destroy();
    }
  }
  return names;
}

/** Somebody was stopped between making the file and its tables. */
function isNotMade(error: unknown): boolean {
  return error instanceof Error && /no such table/.test(error.message);
}

/** Paths of the histories in the state folder. */
export async function historyFiles(state: string): Promise<readonly string[]> {
  const folder = join(state, 'history');
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith('.db')).map((name) => join(folder, name));
}

function historyFile(state: string, client: string): string {
  return join(state, 'history', `${slugOf(client)}.db`);
}

function schemaOf(client: string): string {
  return `patchwhy_${slugOf(client)}`;
}

/** Any name, in letters that files and schemas can bear; one name each. */
function slugOf(client: string): string {
  if (client === '') return 'own';
  const readable = client
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 30);
  return `${readable}_${createHash('sha256').update(client).digest('hex').slice(0, 8)}`;
}
