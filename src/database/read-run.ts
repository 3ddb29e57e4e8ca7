/** A whole run out of the history, as it was put in: for whoever carries it elsewhere. */
import type { KeptPatch } from '../core/host-patch.ts';
import type { Labels } from '../core/host.ts';
import { HOST_STATUS, MODE, OUTCOME_KIND } from './codes.ts';
import type { KeptHost, KeptRunHead } from './kept-run.ts';
import { unpack } from './packed.ts';
import { wordsOf } from './read-memory.ts';
import { patchesOfHosts } from './read-patches.ts';
import { runOfRow } from './run-row.ts';
import type { Queries } from './schema.ts';

/** Hosts that are held in memory at once. */
const AT_ONCE = 1000;

/** Every run, the oldest first. */
export async function readHeads(db: Queries): Promise<readonly KeptRunHead[]> {
  const rows = await db.selectFrom('run').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    run: runOfRow(row),
    isComplete: row.is_complete === 1,
    fingerprint: row.fingerprint,
  }));
}

/** @param name the run's id, as `2026-11-21T06-41-08Z-7f3a` */
export async function* readKeptHosts(db: Queries, name: string): AsyncGenerator<KeptHost> {
  const { id: run } = await db
    .selectFrom('run')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const words = await wordsOf(db);
  const ids = await db
    .selectFrom('outcome')
    .select('host_id')
    .where('run_id', '=', run)
    .orderBy('host_id')
    .execute();
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const [from = 0, to = 0] = [some[0]?.host_id, some.at(-1)?.host_id];
    const patches = await patchesOfHosts(db, run, { from, to });
    const findings = Map.groupBy(
      await db
        .selectFrom('finding')
        .selectAll()
        .where('run_id', '=', run)
        .where('host_id', '>=', from)
        .where('host_id', '<=', to)
        .orderBy('rank')
        .execute(),
      ({ host_id }) => host_id,
    );
    const rows = await db
      .selectFrom('outcome')
      .innerJoin('host', 'host.id', 'outcome.host_id')
      .leftJoin('evidence', 'evidence.id', 'outcome.evidence_id')
      .selectAll('outcome')
      .select(['host.name', 'evidence.packed', 'evidence.hash'])
      .where('run_id', '=', run)
      .where('host_id', '>=', from)
      .where('host_id', '<=', to)
      .orderBy('host_id')
      .execute();
    for (const row of rows) {
      const own = patches.get(row.host_id) ?? [];
      yield {
        name: row.name,
        labels: JSON.parse(words.get(row.labels) ?? '{}') as Labels,
        kind: OUTCOME_KIND.nameOf(row.kind),
        status: HOST_STATUS.nameOf(row.status),
        cause: row.cause === null ? undefined : words.get(row.cause),
        findings: (findings.get(row.host_id) ?? []).map((finding) => ({
          cause: words.get(finding.cause) ?? '',
          confidence: finding.confidence / 100,
          firstSeen: finding.first_seen ?? undefined,
        })),
        build: words.get(row.build) ?? '',
        locale: own[0]?.locale ?? '',
        collectedAt: row.collected_at ?? undefined,
        mode: MODE.nameOf(row.mode),
        patches: row.collected_at === null ? undefined : own.map(({ patch }): KeptPatch => patch),
        evidence:
          row.packed === null || row.hash === null ? undefined : unpack(row.packed, row.hash),
      };
    }
  }
}
