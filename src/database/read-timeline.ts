/** How a host, or a cause, stood from run to run. */
import type { CauseId, Status } from '../core/verdict.ts';
import { HOST_STATUS } from './codes.ts';
import type { Queries } from './schema.ts';

export interface HostMoment {
  readonly run: string;
  readonly at: Date;
  readonly status: Status;
  /** Undefined where it was skipped. */
  readonly cause: CauseId | undefined;
}

/** The newest first; none for a host that no run knows. @param host its name, in any case */
export async function readHostOverRuns(db: Queries, host: string): Promise<readonly HostMoment[]> {
  const rows = await db
    .selectFrom('run')
    .innerJoin('outcome', 'outcome.run_id', 'run.id')
    .innerJoin('host', 'host.id', 'outcome.host_id')
    .leftJoin('word', 'word.id', 'outcome.cause')
    .select(['run.name', 'run.started_at', 'outcome.status', 'word.text'])
    .where('host.key', '=', host.toLowerCase())
    .orderBy('run.name', 'desc')
    .execute();
  return rows.map(({ name, started_at, status, text }) => ({
    run: name,
    at: new Date(started_at),
    status: HOST_STATUS.nameOf(status),
    cause: text ?? undefined,
  }));
}

export interface CauseMoment {
  readonly run: string;
  readonly at: Date;
  /** Hosts that had it first; a run in which nobody had it is a moment as well. */
  readonly hosts: number;
}

/** The newest first. */
export async function readCauseOverRuns(
  db: Queries,
  cause: CauseId,
): Promise<readonly CauseMoment[]> {
  const counts = await db
    .selectFrom('outcome')
    .innerJoin('word', 'word.id', 'outcome.cause')
    .select(['run_id', (each) => each.fn.countAll<number>().as('hosts')])
    .where('word.text', '=', cause)
    .groupBy('run_id')
    .execute();
  const hosts = new Map(counts.map((row) => [row.run_id, row.hosts]));
  const runs = await db
    .selectFrom('run')
    .select(['id', 'name', 'started_at'])
    .orderBy('name', 'desc')
    .execute();
  return runs.map(({ id, name, started_at }) => ({
    run: name,
    at: new Date(started_at),
    hosts: hosts.get(id) ?? 0,
  }));
}
