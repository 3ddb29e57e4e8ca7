/** Runs as they are remembered, and how hosts ended in them. */
import type { RunInfo, Summary } from '../core/event.ts';
import type { Labels } from '../core/host.ts';
import { type CauseId, type Outcome, type Status } from '../core/verdict.ts';
import type { Standing } from '../history/compare-runs.ts';
import { HOST_STATUS, OUTCOME_KIND } from './codes.ts';
import { wordsOf } from './read-memory.ts';
import { runOfRow } from './run-row.ts';
import type { Queries } from './schema.ts';

export interface RunRow {
  readonly run: RunInfo & { readonly finishedAt: string | undefined };
  readonly complete: boolean;
  readonly summary: Summary;
}

/** The newest first. */
export async function readRuns(db: Queries): Promise<readonly RunRow[]> {
  const runs = await db.selectFrom('run').selectAll().orderBy('name', 'desc').execute();
  const counts = await db
    .selectFrom('outcome')
    .select(['run_id', 'kind', 'status', (each) => each.fn.countAll<number>().as('hosts')])
    .groupBy(['run_id', 'kind', 'status'])
    .execute();
  const byRun = Map.groupBy(counts, ({ run_id }) => run_id);
  return runs.map((row) => ({
    run: runOfRow(row),
    complete: row.is_complete === 1,
    summary: summaryOf(byRun.get(row.id) ?? []),
  }));
}

function summaryOf(
  counts: readonly { readonly kind: number; readonly status: number; readonly hosts: number }[],
): Summary {
  const byStatus: Partial<Record<Status, number>> = {};
  const byKind = { judged: 0, contact: 0, skipped: 0 };
  for (const { kind, status, hosts } of counts) {
    const name = HOST_STATUS.nameOf(status);
    byStatus[name] = (byStatus[name] ?? 0) + hosts;
    byKind[OUTCOME_KIND.nameOf(kind)] += hosts;
  }
  return {
    hosts: byKind.judged + byKind.contact + byKind.skipped,
    ...byKind,
    ok: byStatus.ok ?? 0,
    failing: byStatus.failing ?? 0,
    byStatus,
  };
}

/** Ids of runs, the newest first. */
export async function readRunIds(db: Queries): Promise<readonly string[]> {
  const rows = await db.selectFrom('run').select('name').orderBy('name', 'desc').execute();
  return rows.map(({ name }) => name);
}

export interface OutcomeRow {
  readonly host: string;
  readonly labels: Labels;
  readonly kind: Outcome['kind'];
  readonly status: Status;
  /** Undefined where it was skipped. */
  readonly cause: CauseId | undefined;
  /** `19045.4046`; empty where nobody could look. */
  readonly build: string;
  /** Milliseconds since 1970. */
  readonly collectedAt: number | undefined;
  /** SHA-256 of its document. */
  readonly evidence: string | undefined;
}

/** Hosts of a run by name; undefined where it is not remembered. @param run its id, as `2026-11-21T06-41-08Z-7f3a` */
export async function readOutcomes(
  db: Queries,
  run: string,
): Promise<readonly OutcomeRow[] | undefined> {
  const id = await idOfRun(db, run);
  if (id === undefined) return undefined;
  const words = await wordsOf(db);
  const rows = await db
    .selectFrom('outcome')
    .innerJoin('host', 'host.id', 'outcome.host_id')
    .leftJoin('evidence', 'evidence.id', 'outcome.evidence_id')
    .select(['name', 'labels', 'kind', 'status', 'cause', 'build', 'collected_at', 'hash'])
    .where('run_id', '=', id)
    .orderBy('key')
    .execute();
  return rows.map((row) => ({
    host: row.name,
    labels: JSON.parse(words.get(row.labels) ?? '{}') as Labels,
    kind: OUTCOME_KIND.nameOf(row.kind),
    status: HOST_STATUS.nameOf(row.status),
    cause: row.cause === null ? undefined : words.get(row.cause),
    build: words.get(row.build) ?? '',
    collectedAt: row.collected_at ?? undefined,
    evidence: row.hash ?? undefined,
  }));
}

/** The same in few words, for whoever compares runs: as `compareRuns` takes it. */
export async function readStandings(db: Queries, run: string): Promise<readonly Standing[]> {
  const rows = await db
    .selectFrom('outcome')
    .innerJoin('host', 'host.id', 'outcome.host_id')
    .select(['name', 'status', 'cause'])
    .where('run_id', '=', (await idOfRun(db, run)) ?? -1)
    .execute();
  const words = await wordsOf(db);
  return rows.map(({ name, status, cause }) => ({
    host: name,
    status: HOST_STATUS.nameOf(status),
    cause: cause === null ? undefined : words.get(cause),
  }));
}

export async function idOfRun(db: Queries, run: string): Promise<number | undefined> {
  const row = await db.selectFrom('run').select('id').where('name', '=', run).executeTakeFirst();
  return row?.id;
}
