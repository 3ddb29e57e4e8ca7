/** Many rows in few statements, each written while the next is filled. */
import type { Insertable } from 'kysely';
import { CompiledQuery, sql } from './kysely.ts';
import type { Engine } from './migrations.ts';
import type { Queries, Schema } from './schema.ts';

/** SQLite takes 32,766 values a statement. */
const VALUES_A_STATEMENT = 8000;
const ROWS_A_STATEMENT = 4000;

type Row = Readonly<Record<string, unknown>>;

export class BulkInsert<Table extends keyof Schema> {
  readonly #db: Queries;
  readonly #engine: Engine;
  readonly #table: Table;
  readonly #columns: readonly string[];
  readonly #most: number;
  readonly #skips: boolean;
  /** The statement of a full batch: compiling it takes longer than carrying it out. */
  #full: string | undefined;
  #rows: Row[] = [];
  #written: Promise<unknown> = Promise.resolve();

  /** @param skips rows whose key is there already */
  constructor(
    db: Queries,
    engine: Engine,
    table: Table,
    columns: readonly (keyof Schema[Table] & string)[],
    skips = false,
  ) {
    this.#db = db;
    this.#engine = engine;
    this.#table = table;
    this.#columns = columns;
    this.#most =
      engine === 'postgres' ? ROWS_A_STATEMENT : Math.floor(VALUES_A_STATEMENT / columns.length);
    this.#skips = skips;
  }

  async add(row: Insertable<Schema[Table]>): Promise<void> {
    this.#rows.push(row);
    if (this.#rows.length < this.#most) return;
    await this.#written;
    this.#written = this.#write();
    // Whoever asks next is told.
    this.#written.catch(() => undefined);
  }

  async flush(): Promise<void> {
    await this.#written;
    await this.#write();
  }

  async #write(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    if (this.#engine === 'postgres') return this.#writeAsJson(rows);
    const text =
      rows.length === this.#most ? (this.#full ??= this.#compile(rows)) : this.#compile(rows);
    const values = rows.flatMap((row) => this.#columns.map((column) => row[column]));
    await this.#db.executeQuery(CompiledQuery.raw(text, values));
  }

  #compile(rows: readonly Row[]): string {
    // In the order of the columns, whatever that of the rows' fields is.
    const ordered = rows.map((row) =>
      Object.fromEntries(this.#columns.map((column) => [column, row[column]])),
    );
    const query = this.#db.insertInto(this.#table).values(ordered as never);
    return (this.#skips ? query.onConflict((on) => on.doNothing()) : query).compile().sql;
  }

  /** One value in place of thousands, each of which PostgreSQL would have to parse and plan. */
  async #writeAsJson(rows: readonly Row[]): Promise<void> {
    const columns = sql.join(this.#columns.map((column) => sql.ref(column)));
    const json = JSON.stringify(rows.map(withoutBytes));
    await sql`
      insert into ${sql.table(this.#table)} (${columns})
      select ${columns} from json_populate_recordset(null::${sql.table(this.#table)}, ${json}::json)
      ${this.#skips ? sql`on conflict do nothing` : sql``}
    `.execute(this.#db);
  }
}

/** Of a table's columns at most one holds bytes: as PostgreSQL reads them out of a text. */
function withoutBytes(row: Row): Row {
  const bytes = Object.entries(row).find(([, value]) => value instanceof Uint8Array);
  if (bytes === undefined) return row;
  const [column, value] = bytes as [string, Uint8Array];
  return { ...row, [column]: `\\x${Buffer.from(value).toString('hex')}` };
}
