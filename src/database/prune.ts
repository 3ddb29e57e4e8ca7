/** Takes out what is too old to be kept. What would go can be counted first. */
import { sql } from './kysely.ts';
import { forgetRun } from './forget-run.ts';
import type { History } from './history.ts';
import type { Queries } from './schema.ts';

const DAY_MS = 86_400_000;
/** A patch that no run speaks of any more goes after so long; should it come back, so does its record. */
const UNREFERENCED_DAYS = 30;

export interface Retention {
  /** Milliseconds since 1970: runs that began before go. */
  readonly runs: number;
  /** Documents of runs that began before go, unless a later run holds the same. */
  readonly evidence: number;
  readonly now: number;
}

export interface Pruned {
  /** Ids of runs, the oldest first. */
  readonly runs: readonly string[];
  readonly documents: number;
  readonly patches: number;
}

/** What `prune` would take out, without doing so. */
export async function toPrune({ db }: Pick<History, 'db'>, retention: Retention): Promise<Pruned> {
  const nothing = new Error('only counted');
  let pruned: Pruned | undefined;
  try {
    await db.transaction().execute(async (transaction) => {
      pruned = await taken(transaction, retention);
      throw nothing;
    });
  } catch (error) {
    if (error !== nothing || pruned === undefined) throw error;
  }
  return pruned ?? { runs: [], documents: 0, patches: 0 };
}

export async function prune({ db, engine }: History, retention: Retention): Promise<Pruned> {
  const pruned = await db.transaction().execute((transaction) => taken(transaction, retention));
  // SQLite gives room back to the disk only when it is told to.
  if (engine === 'sqlite') await sql`vacuum`.execute(db);
  return pruned;
}

async function taken(db: Queries, { runs, evidence, now }: Retention): Promise<Pruned> {
  const old = await db
    .selectFrom('run')
    .select(['id', 'name'])
    .where('started_at', '<', runs)
    .orderBy('name')
    .execute();
  for (const { id } of old) await forgetRun(db, id);
  const documents = await db
    .updateTable('evidence')
    .set({ packed: null })
    .where('packed', 'is not', null)
    .where('id', 'not in', (from) =>
      from
        .selectFrom('outcome')
        .innerJoin('run', 'run.id', 'outcome.run_id')
        .select('evidence_id')
        .where('evidence_id', 'is not', null)
        .where('run.started_at', '>=', evidence)
        .$castTo<{ evidence_id: number }>(),
    )
    .executeTakeFirst();
  await db
    .deleteFrom('evidence')
    .where('id', 'not in', (from) =>
      from
        .selectFrom('outcome')
        .select('evidence_id')
        .where('evidence_id', 'is not', null)
        .$castTo<{ evidence_id: number }>(),
    )
    .execute();
  const patches = await unreferenced(db, now - UNREFERENCED_DAYS * DAY_MS);
  for (const id of patches) {
    await db.deleteFrom('progress').where('patch_id', '=', id).execute();
    await db.deleteFrom('wording').where('patch_id', '=', id).execute();
    await db.deleteFrom('patch').where('id', '=', id).execute();
  }
  return {
    runs: old.map(({ name }) => name),
    documents: Number(documents.numUpdatedRows),
    patches: patches.length,
  };
}

/** Patches of which no run that is kept speaks, and none has for a while. */
async function unreferenced(db: Queries, before: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('patch')
    .select('patch.id')
    .where('patch.id', 'not in', (from) =>
      from
        .selectFrom('wording')
        .innerJoin('host_patch', 'host_patch.wording_id', 'wording.id')
        .select('wording.patch_id'),
    )
    .where('patch.id', 'not in', (from) =>
      from.selectFrom('progress').select('patch_id').where('last_at', '>=', before),
    )
    .execute();
  return rows.map(({ id }) => id);
}
