/** Many rows in few statements. The statement is compiled once: compiling takes longer than writing. */
import type { Insertable } from 'kysely';
import { CompiledQuery } from './kysely.ts';
import type { Queries, Schema } from './schema.ts';

/** PostgreSQL takes 65,535 values a statement, SQLite 32,766. */
const VALUES_A_STATEMENT = 8000;

export class BulkInsert<Table extends keyof Schema> {
  readonly #db: Queries;
  readonly #table: Table;
  readonly #columns: readonly (keyof Schema[Table] & string)[];
  readonly #most: number;
  readonly #skips: boolean;
  #full: string | undefined;
  #rows: Insertable<Schema[Table]>[] = [];

  /** @param skips rows whose key is there already */
  constructor(
    db: Queries,
    table: Table,
    columns: readonly (keyof Schema[Table] & string)[],
    skips = false,
  ) {
    this.#db = db;
    this.#table = table;
    this.#columns = columns;
    this.#most = Math.floor(VALUES_A_STATEMENT / columns.length);
    this.#skips = skips;
  }

  async add(row: Insertable<Schema[Table]>): Promise<void> {
    this.#rows.push(row);
    if (this.#rows.length >= this.#most) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    const text =
      rows.length === this.#most ? (this.#full ??= this.#compile(rows)) : this.#compile(rows);
    const values = rows.flatMap((row) =>
      this.#columns.map((column) => (row as Record<string, unknown>)[column]),
    );
    await this.#db.executeQuery(CompiledQuery.raw(text, values));
  }

  #compile(rows: readonly Insertable<Schema[Table]>[]): string {
    // In the order of the columns, whatever that of the rows' fields is.
    const ordered = rows.map((row) =>
      Object.fromEntries(
        this.#columns.map((column) => [column, (row as Record<string, unknown>)[column]]),
      ),
    );
    const query = this.#db.insertInto(this.#table).values(ordered as never);
    return (this.#skips ? query.onConflict((on) => on.doNothing()) : query).compile().sql;
  }
}
