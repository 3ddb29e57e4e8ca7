/** Patches of a run as they are remembered: counted by the database, judged by src/patches. */
import type { KeptPatch, Offer } from '../core/host-patch.ts';
import { PatchBook, type PatchSummary } from '../patches/patch-summary.ts';
import { type JudgedPatch, VerdictBook } from '../patches/patch-verdict.ts';
import { APPROVAL, DEPLOYMENT, DETECTION, PATCH_STATUS } from './codes.ts';
import { BY_OTHER_MEANS, CLAIM_ONLY } from './kept-run.ts';
import { wordsOf } from './read-memory.ts';
import { idOfRun } from './read-runs.ts';
import type { Queries } from './schema.ts';

/**
 * Each patch of a run with its counts, as `PatchBook` makes them from evidence; undefined where the run is not remembered.
 * @param language of the reader, for titles
 */
export async function readSummaries(
  db: Queries,
  run: string,
  language: string,
): Promise<readonly PatchSummary[] | undefined> {
  const id = await idOfRun(db, run);
  if (id === undefined) return undefined;
  const book = new PatchBook(language);
  book.noteHosts(await looksOf(db, id));
  for (const { wording, status, deployment, hosts } of await groupsOf(db, id))
    book.notePatch(
      { ...wording, status, deployment: { state: deployment } },
      wording.locale,
      hosts,
    );
  return [...book.summaries()];
}

/** Whether patches are to be trusted, from a run's outcomes; undefined where the run is not remembered. */
export async function readVerdicts(
  db: Queries,
  run: string,
): Promise<readonly JudgedPatch[] | undefined> {
  const id = await idOfRun(db, run);
  if (id === undefined) return undefined;
  const words = await wordsOf(db);
  const wordings = await wordingsOf(db);
  const rows = await db
    .selectFrom('host_patch')
    .innerJoin('outcome', (join) =>
      join
        .onRef('outcome.run_id', '=', 'host_patch.run_id')
        .onRef('outcome.host_id', '=', 'host_patch.host_id'),
    )
    .select([
      'wording_id',
      'host_patch.status',
      'build',
      'cause',
      (each) => each.fn.countAll<number>().as('hosts'),
    ])
    .where('host_patch.run_id', '=', id)
    .where('host_patch.status', 'in', SPOKEN_OF)
    .groupBy(['wording_id', 'host_patch.status', 'build', 'cause'])
    .execute();
  const book = new VerdictBook();
  for (const { wording_id, status, build, cause, hosts } of rows) {
    const wording = wordings.get(wording_id);
    if (wording === undefined) continue;
    const about = {
      build: words.get(build) ?? '',
      cause: cause === null ? '' : (words.get(cause) ?? ''),
    };
    book.notePatch({ ...wording, status: PATCH_STATUS.nameOf(status) }, about, hosts);
  }
  return book.judged();
}

const SPOKEN_OF = (['failed', 'installed', 'reboot-required', 'verify-pending'] as const).map(
  PATCH_STATUS.numberOf,
);

/** An update's counts in each run that is remembered, the newest first. @param kb `KB5034441` */
export async function readUpdateOverRuns(
  db: Queries,
  kb: string,
  language: string,
): Promise<
  readonly { readonly run: string; readonly startedAt: Date; readonly summary: PatchSummary }[]
> {
  const wordings = await wordingsOf(db);
  const ids = [...wordings].filter(([, wording]) => wording.kb === kb).map(([id]) => id);
  if (ids.length === 0) return [];
  const runs = await db
    .selectFrom('run')
    .select(['id', 'name', 'started_at'])
    .orderBy('name', 'desc')
    .execute();
  const found = [];
  for (const { id, name, started_at } of runs) {
    const groups = await groupsOf(db, id, ids);
    if (groups.length === 0) continue;
    const book = new PatchBook(language);
    book.noteHosts(await looksOf(db, id));
    for (const { wording, status, deployment, hosts } of groups)
      book.notePatch(
        { ...wording, status, deployment: { state: deployment } },
        wording.locale,
        hosts,
      );
    const [summary] = book.summaries();
    if (summary !== undefined) found.push({ run: name, startedAt: new Date(started_at), summary });
  }
  return found;
}

/** What is remembered of the patches of a run's hosts, by the host's name. */
export async function readHostPatches(
  db: Queries,
  run: string,
): Promise<ReadonlyMap<string, readonly KeptPatch[]>> {
  const hosts = await db.selectFrom('host').select(['id', 'name']).execute();
  const byId = await patchesOfHosts(db, (await idOfRun(db, run)) ?? -1);
  return new Map(
    hosts.map(({ id, name }) => [name, (byId.get(id) ?? []).map(({ patch }) => patch)]),
  );
}

interface PatchInLanguage {
  readonly patch: KeptPatch;
  readonly locale: string;
}

/** By number of the host. @param only these, by number */
export async function patchesOfHosts(
  db: Queries,
  run: number,
  only?: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, readonly PatchInLanguage[]>> {
  const words = await wordsOf(db);
  const wordings = await wordingsOf(db);
  const rows = await db
    .selectFrom('host_patch')
    .selectAll()
    .where('run_id', '=', run)
    .$if(only !== undefined, (query) =>
      query.where('host_id', '>=', only?.from ?? 0).where('host_id', '<=', only?.to ?? 0),
    )
    .execute();
  const byHost = new Map<number, PatchInLanguage[]>();
  for (const row of rows) {
    const wording = wordings.get(row.wording_id);
    if (wording === undefined) continue;
    const { locale, ...about } = wording;
    const patch: KeptPatch = {
      ...about,
      status: PATCH_STATUS.nameOf(row.status),
      detection: {
        state: DETECTION.nameOf(row.detection),
        at: row.detected_at ?? undefined,
      },
      deployment: {
        state: DEPLOYMENT.nameOf(row.deployment),
        at: row.deployed_at ?? undefined,
        code: row.code === null ? '' : (words.get(row.code) ?? ''),
        exit: row.exit_code ?? undefined,
        tries: row.tries,
        limit: row.try_limit ?? undefined,
      },
      approval: APPROVAL.nameOf(row.approval),
      installedAt: row.installed_at ?? undefined,
      isByOtherMeans: (row.flags & BY_OTHER_MEANS) !== 0,
      isClaimOnly: (row.flags & CLAIM_ONLY) !== 0,
    };
    const list = byHost.get(row.host_id);
    if (list === undefined) byHost.set(row.host_id, [{ patch, locale }]);
    else list.push({ patch, locale });
  }
  return byHost;
}

async function looksOf(db: Queries, run: number) {
  const rows = await db
    .selectFrom('outcome')
    .select([
      (each) => each('collected_at', 'is', null).as('unseen'),
      (each) => each.fn.countAll<number>().as('hosts'),
    ])
    .where('run_id', '=', run)
    .groupBy((each) => each('collected_at', 'is', null))
    .execute();
  const count = (unseen: boolean): number =>
    rows.find((row) => Boolean(row.unseen) === unseen)?.hosts ?? 0;
  return { seen: count(false), unseen: count(true) };
}

interface Wording {
  readonly key: string;
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  readonly locale: string;
  readonly offer: Offer;
}

async function wordingsOf(db: Queries): Promise<ReadonlyMap<number, Wording>> {
  const rows = await db
    .selectFrom('wording')
    .innerJoin('patch', 'patch.id', 'wording.patch_id')
    .select(['wording.id', 'patch.key', 'kb', 'title', 'family', 'locale', 'offer'])
    .execute();
  return new Map(
    rows.map(({ id, offer, ...rest }) => [id, { ...rest, offer: JSON.parse(offer) as Offer }]),
  );
}

async function groupsOf(db: Queries, run: number, only?: readonly number[]) {
  const wordings = await wordingsOf(db);
  const rows = await db
    .selectFrom('patch_count')
    .select(['wording_id', 'status', 'deployment', 'hosts'])
    .where('run_id', '=', run)
    .$if(only !== undefined, (query) => query.where('wording_id', 'in', only ?? []))
    .execute();
  return rows.flatMap(({ wording_id, status, deployment, hosts }) => {
    const wording = wordings.get(wording_id);
    if (wording === undefined) return [];
    return [
      {
        wording,
        status: PATCH_STATUS.nameOf(status),
        deployment: DEPLOYMENT.nameOf(deployment),
        hosts,
      },
    ];
  });
}
