/** SQLite as Node brings it, for kysely: one file, its user's alone, with a write-ahead log. */
import { open } from 'node:fs/promises';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DatabaseConnection, Driver, SqliteDialectConfig, SqliteDatabase } from 'kysely';
import { CompiledQuery, Kysely, SqliteDialect, SqliteDriver } from './kysely.ts';
import type { Schema } from './schema.ts';
import { sqliteTrouble } from './sqlite-trouble.ts';

const PRIVATE_FILE = 0o600;
/** Another process that writes a run of 10,000 hosts holds the file for so long. */
const WAIT_MS = 60_000;
/** Statements that are kept ready. */
const READY = 64;

/** @throws PatchwhyError where the file cannot be used; later too, by whatever is asked of it */
export async function openSqlite(file: string): Promise<Kysely<Schema>> {
  try {
    // SQLite would make the file readable for everybody; what it makes beside it gets the same mode.
    await (await open(file, 'a', PRIVATE_FILE)).close();
    const { DatabaseSync } = await nodeSqlite();
    const database = new DatabaseSync(file, { timeout: WAIT_MS });
    const dialect = new NodeSqliteDialect({ database: adapted(database, file) });
    try {
      database.exec('pragma journal_mode = wal');
      // The log is flushed at checkpoints: a power cut may cost the last run, which its files bring back, never the file.
      database.exec('pragma synchronous = normal');
      database.exec('pragma temp_store = memory');
      database.exec('pragma cache_size = -65536');
    } catch (error) {
      database.close();
      throw error;
    }
    return new Kysely({ dialect });
  } catch (error) {
    throw sqliteTrouble(file, error);
  }
}

/** Whether SQLite says that the file is whole. Reads all of it. */
export async function isWhole(file: string): Promise<boolean> {
  const { DatabaseSync } = await nodeSqlite();
  const database = new DatabaseSync(file, { timeout: WAIT_MS });
  try {
    return database.prepare('pragma integrity_check').get()?.['integrity_check'] === 'ok';
  } finally {
    database.close();
  }
}

/** Node warns that its SQLite is experimental; whoever looks at patches can do nothing about it. */
async function nodeSqlite() {
  const emitWarning = process.emitWarning.bind(process) as (...words: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) emitWarning(warning, ...rest);
  };
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new WritersFirst(this.#config);
  }
}

/** A transaction asks for the right to write when it begins: one that asked half-way could not wait for another's end. */
class WritersFirst extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** Where the disk is full SQLite has rolled back by itself: what is told is why, not that nothing was left to do. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}

function adapted(database: DatabaseSync, file: string): SqliteDatabase {
  const ready = new Map<string, StatementSync>();
  const prepared = (text: string): StatementSync => {
    const known = ready.get(text) ?? database.prepare(text);
    ready.delete(text);
    ready.set(text, known);
    const [oldest] = ready.keys();
    if (ready.size > READY && oldest !== undefined) ready.delete(oldest);
    return known;
  };
  const told = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw sqliteTrouble(file, error);
    }
  };
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = told(() => prepared(text));
      return {
        reader: statement.columns().length > 0,
        all: (values) => told(() => statement.all(...(values as Value[]))),
        run: (values) => told(() => statement.run(...(values as Value[]))),
        iterate: (values) => statement.iterate(...(values as Value[])),
      };
    },
  };
}

type Value = null | number | bigint | string | NodeJS.ArrayBufferView;
