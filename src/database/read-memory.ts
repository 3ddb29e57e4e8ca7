/** All that figures over time are made from, in four questions. */
import type { Labels } from '../core/host.ts';
import type { Offer } from '../core/host-patch.ts';
import { isWatched } from '../history/cycle.ts';
import type { Memory, Progress, RememberedHost, RememberedPatch } from '../history/memory.ts';
import { mergedOffer } from '../patches/patch-summary.ts';
import { HOST_STATUS, PATCH_STATUS } from './codes.ts';
import type { Queries } from './schema.ts';

export interface MemoryWish {
  /** Runs that began in this time, in milliseconds since 1970, count as the newest look at hosts; all without it. */
  readonly until?: number;
}

/** Hosts and patches in order of their keys, so that the same memory gives the same figures, wherever it lies. */
export async function readMemory(
  db: Queries,
  { until = Number.MAX_SAFE_INTEGER }: MemoryWish = {},
): Promise<Memory> {
  const runs = await db
    .selectFrom('run')
    .select(['id', 'name', 'started_at', 'is_complete'])
    .where('started_at', '<=', until)
    .orderBy('started_at')
    .orderBy('name')
    .execute();
  const hostsOf = new Map(
    (
      await db
        .selectFrom('outcome')
        .select(['run_id', (each) => each.fn.countAll<number>().as('hosts')])
        .groupBy('run_id')
        .execute()
    ).map(({ run_id, hosts }) => [run_id, hosts]),
  );
  const hosts = await hostsAsLast(
    db,
    runs.map(({ id, name, started_at }) => ({ id, name, at: started_at })),
  );
  // Definitions come daily and by themselves: no figure over time is about them.
  const patches = placed((await patchesKnown(db)).filter(({ family }) => family !== 'definition'));
  return {
    runs: runs.map(({ id, name, started_at, is_complete }) => ({
      id: name,
      startedAt: started_at,
      isComplete: is_complete === 1,
      hosts: hostsOf.get(id) ?? 0,
    })),
    hosts: hosts.list,
    patches: patches.list,
    progress: await progressOf(db, hosts.places, patches, runs[0]?.started_at ?? 0),
  };
}

/** Each host in its newest run. */
async function hostsAsLast(
  db: Queries,
  runs: readonly { readonly id: number; readonly name: string; readonly at: number }[],
) {
  const words = await wordsOf(db);
  const firsts = await firstRunsOf(db);
  const found = new Map<number, RememberedHost>();
  const known = await db.selectFrom('host').selectAll().orderBy('key').execute();
  for (const { id: run, name: lastRun, at: lastAt } of runs.toReversed()) {
    if (found.size === known.length) break;
    const rows = await db
      .selectFrom('outcome')
      .select(['host_id', 'status', 'cause', 'labels'])
      .where('run_id', '=', run)
      .execute();
    const names = new Map(known.map(({ id, name }) => [id, name]));
    for (const { host_id, status, cause, labels } of rows) {
      if (found.has(host_id)) continue;
      found.set(host_id, {
        name: names.get(host_id) ?? '',
        labels: JSON.parse(words.get(labels) ?? '{}') as Labels,
        status: HOST_STATUS.nameOf(status),
        cause: cause === null ? undefined : words.get(cause),
        lastRun,
        firstAt: Math.min(firsts.get(host_id) ?? lastAt, lastAt),
        lastAt,
      });
    }
  }
  const ids = known.filter(({ id }) => found.has(id));
  return {
    list: ids.flatMap(({ id }) => found.get(id) ?? []),
    places: new Map(ids.map(({ id }, place) => [id, place])),
  };
}

/** When the first run of each host began. */
async function firstRunsOf(db: Queries): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('outcome')
    .innerJoin('run', 'run.id', 'outcome.run_id')
    .select(['host_id', (each) => each.fn.min<number>('started_at').as('at')])
    .groupBy('host_id')
    .execute();
  return new Map(rows.map(({ host_id, at }) => [host_id, at]));
}

/** Texts by number. */
export async function wordsOf(db: Queries): Promise<ReadonlyMap<number, string>> {
  const rows = await db.selectFrom('word').selectAll().execute();
  return new Map(rows.map(({ id, text }) => [id, text]));
}

interface KnownPatch extends RememberedPatch {
  readonly id: number;
}

async function patchesKnown(db: Queries): Promise<readonly KnownPatch[]> {
  const rows = await db
    .selectFrom('wording')
    .innerJoin('patch', 'patch.id', 'wording.patch_id')
    .select(['patch.id', 'patch.key', 'kb', 'title', 'family', 'offer', 'locale'])
    .execute();
  const firsts = new Map(
    (
      await db
        .selectFrom('progress')
        .select(['patch_id', (each) => each.fn.min<number>('first_at').as('at')])
        .groupBy('patch_id')
        .execute()
    ).map(({ patch_id, at }) => [patch_id, at]),
  );
  const byId = Map.groupBy(rows, ({ id }) => id);
  const list: KnownPatch[] = [];
  for (const [id, wordings] of byId) {
    // The same one on every machine, whatever came first.
    const ordered = wordings.toSorted(
      (a, b) => rankOf(a) - rankOf(b) || compare(a.title, b.title) || compare(a.offer, b.offer),
    );
    const [best] = ordered;
    if (best === undefined) continue;
    list.push({
      id,
      key: best.key,
      kb: ordered.find(({ kb }) => kb !== '')?.kb ?? '',
      title: best.title,
      family: ordered.map(({ family }) => family).toSorted(compare)[0] ?? '',
      offer: ordered.map(({ offer }) => JSON.parse(offer) as Offer).reduce(mergedOffer),
      firstAt: firsts.get(id) ?? 0,
    });
  }
  return list.toSorted((a, b) => compare(a.key, b.key));
}

function placed(patches: readonly KnownPatch[]) {
  return {
    list: patches.map(({ id: _, ...patch }): RememberedPatch => patch),
    places: new Map(patches.map(({ id }, place) => [id, place])),
  };
}

/** A title in English is one that most can read; the bare number is none. */
function rankOf({ title, kb, locale }: { title: string; kb: string; locale: string }): number {
  return title === kb ? 2 : locale.startsWith('en') ? 0 : 1;
}

/** Patch by patch: all rows at once, as the database hands them out, take ten times the room of what is kept. */
async function progressOf(
  db: Queries,
  hosts: ReadonlyMap<number, number>,
  patches: ReturnType<typeof placed>,
  firstRunAt: number,
): Promise<readonly Progress[]> {
  const list: Progress[] = [];
  const installed = PATCH_STATUS.numberOf('installed');
  for (const [id, patch] of patches.places) {
    const about = patches.list[patch];
    // What was there before anybody looked is half of all rows, and says nothing of time.
    const isOld = about !== undefined && !isWatched(about, firstRunAt);
    const rows = await db
      .selectFrom('progress')
      .select(['host_id', 'installed_at', 'is_tried', 'last_at', 'last_status'])
      .where('patch_id', '=', id)
      .$if(isOld, (query) => query.where('last_status', '!=', installed))
      .execute();
    for (const row of rows) {
      const host = hosts.get(row.host_id);
      if (host === undefined) continue;
      const lastStatus = PATCH_STATUS.nameOf(row.last_status);
      const isThere = lastStatus === 'installed' || lastStatus === 'superseded';
      list.push({
        patch,
        host,
        thereAt: isThere ? (row.installed_at ?? row.last_at) : undefined,
        isTried: row.is_tried === 1,
        lastStatus,
      });
    }
  }
  return list;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
