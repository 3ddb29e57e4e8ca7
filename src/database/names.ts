/** Texts that stand for a number in other tables: hosts, words, patches, wordings. Those of a run are few: all are held. */
import type { Insertable } from 'kysely';
import type { Queries, Schema } from './schema.ts';

type Named = 'host' | 'word' | 'patch' | 'wording';

const KEYS = { host: 'key', word: 'text', patch: 'key', wording: 'digest' } as const;

export class Names {
  readonly #db: Queries;
  readonly #known: Record<Named, Map<string, number>> = {
    host: new Map(),
    word: new Map(),
    patch: new Map(),
    wording: new Map(),
  };

  private constructor(db: Queries) {
    this.#db = db;
  }

  static async open(db: Queries): Promise<Names> {
    const names = new Names(db);
    for (const table of Object.keys(KEYS) as Named[]) await names.#load(table);
    return names;
  }

  async #load(table: Named): Promise<void> {
    const known = this.#known[table];
    const rows = await this.#db
      .selectFrom(table)
      .select((each) => ['id', each.ref(KEYS[table] as never).as('name')])
      .execute();
    for (const { id, name } of rows as { id: number; name: string }[]) known.set(name, id);
  }

  word(text: string): number | Promise<number> {
    return this.#known.word.get(text) ?? this.#add('word', text, { text });
  }

  host(name: string): number | Promise<number> {
    const key = name.toLowerCase();
    return this.#known.host.get(key) ?? this.#add('host', key, { key, name });
  }

  patch(key: string): number | Promise<number> {
    return this.#known.patch.get(key) ?? this.#add('patch', key, { key });
  }

  /** The rest of the row is made only where it is new. */
  wording(
    digest: string,
    make: () => Promise<Insertable<Schema['wording']>>,
  ): number | Promise<number> {
    return (
      this.#known.wording.get(digest) ?? make().then((row) => this.#add('wording', digest, row))
    );
  }

  async #add(table: Named, name: string, row: object): Promise<number> {
    const key = KEYS[table];
    await this.#db
      .insertInto(table)
      .values(row)
      .onConflict((on) => on.doNothing())
      .execute();
    const { id } = await this.#db
      .selectFrom(table)
      .select('id')
      .where(key as never, '=', name as never)
      .executeTakeFirstOrThrow();
    this.#known[table].set(name, id);
    return id;
  }
}
