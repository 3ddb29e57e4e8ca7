/**
 * Writes a run into the database: whole or not at all. Whatever the order in which runs come, or however often one is
 * written again, the same is remembered.
 */
import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import { sql } from './kysely.ts';
import type { HostPatch, KeptPatch } from '../core/host-patch.ts';
import { BulkInsert } from './bulk-insert.ts';
import {
  APPROVAL,
  DEPLOYMENT,
  DETECTION,
  HOST_STATUS,
  MODE,
  OUTCOME_KIND,
  PATCH_STATUS,
} from './codes.ts';
import { BY_OTHER_MEANS, CLAIM_ONLY, type KeptHost, type KeptRunHead } from './kept-run.ts';
import type { Engine } from './migrations.ts';
import { Names } from './names.ts';
import { hashOf, pack } from './packed.ts';
import { forgetRun } from './forget-run.ts';
import { foldProgress } from './progress.ts';
import type { OutcomeTable, Queries } from './schema.ts';

/** Of our advisory lock in PostgreSQL: writers take turns, as they do in SQLite. */
const WRITERS = 7_283_102;

/** @returns false where the run is there, as full or fuller, so that nothing was to be done */
export async function keepRun(
  db: Queries,
  engine: Engine,
  head: KeptRunHead,
  hosts: AsyncIterable<KeptHost> | Iterable<KeptHost>,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    if (engine === 'postgres')
      await sql`select pg_advisory_xact_lock(${WRITERS})`.execute(transaction);
    const known = await transaction
      .selectFrom('run')
      .select(['id', 'fingerprint', 'is_complete'])
      .where('name', '=', head.run.id)
      .executeTakeFirst();
    if (known !== undefined) {
      if (!isFuller(head, known)) return false;
      await forgetRun(transaction, known.id);
    }
    await new RunWriter(
      transaction,
      engine,
      await Names.open(transaction),
      await newRun(transaction, head),
      head,
    ).write(hosts);
    return true;
  });
}

/** A run may come before it has ended, and then again: whichever comes first, the fuller one stays. */
function isFuller(
  { isComplete, fingerprint }: KeptRunHead,
  known: { readonly is_complete: number; readonly fingerprint: string },
): boolean {
  const [ours = 0, result = 0] = fingerprint.split('-').map(Number);
  const [theirs = 0, other = 0] = known.fingerprint.split('-').map(Number);
  return (Number(isComplete) - known.is_complete || ours - theirs || result - other) > 0;
}

async function newRun(db: Queries, { run, isComplete, fingerprint }: KeptRunHead): Promise<number> {
  const { id } = await db
    .insertInto('run')
    .values({
      name: run.id,
      source: run.source,
      inventory: run.inventory ?? null,
      started_at: Date.parse(run.startedAt),
      finished_at: run.finishedAt === undefined ? null : Date.parse(run.finishedAt),
      is_complete: Number(isComplete),
      threshold: run.threshold,
      tool: JSON.stringify(run.tool),
      fingerprint,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

class RunWriter {
  readonly #db: Queries;
  readonly #engine: Engine;
  readonly #names: Names;
  readonly #run: number;
  readonly #head: KeptRunHead;
  readonly #outcomes;
  readonly #findings;
  readonly #patches;
  /** Of texts of wordings: they repeat on every host. */
  readonly #wordings = new Map<string, number>();
  /** Documents that wait for their ids, with the rows that refer to them. */
  #documents = new Map<string, { readonly packed: Promise<Buffer>; readonly bytes: number }>();
  #waiting: { readonly hash: string | undefined; readonly row: Insertable<OutcomeTable> }[] = [];

  constructor(db: Queries, engine: Engine, names: Names, run: number, head: KeptRunHead) {
    this.#db = db;
    this.#engine = engine;
    this.#names = names;
    this.#run = run;
    this.#head = head;
    this.#outcomes = new BulkInsert(db, engine, 'outcome', [
      'run_id',
      'host_id',
      'kind',
      'status',
      'cause',
      'labels',
      'build',
      'collected_at',
      'mode',
      'evidence_id',
    ]);
    this.#findings = new BulkInsert(db, engine, 'finding', [
      'run_id',
      'host_id',
      'rank',
      'cause',
      'confidence',
      'first_seen',
    ]);
    this.#patches = new BulkInsert(db, engine, 'host_patch', [
      'run_id',
      'wording_id',
      'host_id',
      'status',
      'detection',
      'detected_at',
      'deployment',
      'deployed_at',
      'installed_at',
      'code',
      'exit_code',
      'tries',
      'try_limit',
      'approval',
      'flags',
    ]);
  }

  async write(hosts: AsyncIterable<KeptHost> | Iterable<KeptHost>): Promise<void> {
    const told = new Set<number>();
    for await (const host of hosts) {
      const id = await this.#names.host(host.name);
      if (told.has(id)) continue; // two spellings of one name
      told.add(id);
      await this.#host(id, host);
    }
    await this.#settleDocuments();
    await Promise.all([this.#outcomes.flush(), this.#findings.flush(), this.#patches.flush()]);
    await countPatches(this.#db, this.#run);
    await foldProgress(this.#db, this.#engine, this.#run, Date.parse(this.#head.run.startedAt));
  }

  async #host(id: number, host: KeptHost): Promise<void> {
    const { kind, status, cause, labels, build, collectedAt, mode, evidence } = host;
    const row: Insertable<OutcomeTable> = {
      run_id: this.#run,
      host_id: id,
      kind: OUTCOME_KIND.numberOf(kind),
      status: HOST_STATUS.numberOf(status),
      cause: cause === undefined ? null : await this.#names.word(cause),
      labels: await this.#names.word(labelsText(labels)),
      build: await this.#names.word(build),
      collected_at: collectedAt ?? null,
      mode: MODE.numberOf(mode),
      evidence_id: null,
    };
    const hash = evidence === undefined ? undefined : hashOf(evidence);
    if (hash !== undefined && evidence !== undefined)
      this.#documents.set(hash, { packed: pack(evidence), bytes: evidence.length });
    this.#waiting.push({ hash, row });
    if (this.#waiting.length >= 250) await this.#settleDocuments();
    for (const [rank, finding] of host.findings.entries())
      await this.#findings.add({
        run_id: this.#run,
        host_id: id,
        rank,
        cause: await this.#names.word(finding.cause),
        confidence: Math.round(finding.confidence * 100),
        first_seen: finding.firstSeen ?? null,
      });
    for (const patch of host.patches ?? []) await this.#patch(id, patch, host.locale);
  }

  async #patch(host: number, patch: KeptPatch, locale: string): Promise<void> {
    const { status, detection, deployment, approval } = patch;
    const { code } = deployment;
    await this.#patches.add({
      run_id: this.#run,
      wording_id: await this.#wording(patch, locale),
      host_id: host,
      status: PATCH_STATUS.numberOf(status),
      detection: DETECTION.numberOf(detection.state),
      detected_at: detection.at ?? null,
      deployment: DEPLOYMENT.numberOf(deployment.state),
      deployed_at: deployment.at ?? null,
      installed_at: patch.installedAt ?? null,
      code: code === '' ? null : await this.#names.word(code),
      exit_code: deployment.exit ?? null,
      tries: deployment.tries,
      try_limit: deployment.limit ?? null,
      approval: APPROVAL.numberOf(approval),
      flags: (patch.isByOtherMeans ? BY_OTHER_MEANS : 0) + (patch.isClaimOnly ? CLAIM_ONLY : 0),
    });
  }

  async #wording({ key, kb, title, family, offer }: Worded, locale: string): Promise<number> {
    const told = JSON.stringify(offer);
    const text = JSON.stringify([key, kb, title, family, locale, told]);
    const known = this.#wordings.get(text);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(text).digest('hex');
    const id = await this.#names.wording(digest, async () => ({
      digest,
      patch_id: await this.#names.patch(key),
      kb,
      title,
      family,
      locale,
      offer: told,
    }));
    this.#wordings.set(text, id);
    return id;
  }

  /** Keeps documents that are not there yet, then the rows that refer to them. */
  async #settleDocuments(): Promise<void> {
    const insert = new BulkInsert(
      this.#db,
      this.#engine,
      'evidence',
      ['hash', 'packed', 'bytes'],
      true,
    );
    for (const [hash, { packed, bytes }] of this.#documents)
      await insert.add({ hash, packed: await packed, bytes });
    await insert.flush();
    const hashes = [...this.#documents.keys()];
    const ids = new Map<string, number>();
    if (hashes.length > 0) {
      const rows = await this.#db
        .selectFrom('evidence')
        .select(['id', 'hash', (each) => each('packed', 'is', null).as('pruned')])
        .where('hash', 'in', hashes)
        .execute();
      for (const { id, hash, pruned } of rows) {
        ids.set(hash, id);
        const packed = await this.#documents.get(hash)?.packed;
        // It was pruned, and has come back.
        if (Boolean(pruned) && packed !== undefined)
          await this.#db.updateTable('evidence').set({ packed }).where('id', '=', id).execute();
      }
    }
    for (const { hash, row } of this.#waiting)
      await this.#outcomes.add({
        ...row,
        evidence_id: hash === undefined ? null : (ids.get(hash) ?? null),
      });
    this.#documents = new Map();
    this.#waiting = [];
  }
}

type Worded = Pick<HostPatch, 'key' | 'kb' | 'title' | 'family' | 'offer'>;

/** The same text for the same labels, in whatever order they come. */
function labelsText(labels: KeptHost['labels']): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
}

async function countPatches(db: Queries, run: number): Promise<void> {
  await db
    .insertInto('patch_count')
    .columns(['run_id', 'wording_id', 'status', 'deployment', 'hosts'])
    .expression((from) =>
      from
        .selectFrom('host_patch')
        .select(['run_id', 'wording_id', 'status', 'deployment'])
        .select((each) => each.fn.countAll<number>().as('hosts'))
        .where('run_id', '=', run)
        .groupBy(['run_id', 'wording_id', 'status', 'deployment']),
    )
    .execute();
}
