/** Where the tables of a run come from: the history where it holds the run, else the run's files. Both tell the same. */
import type { History } from '../database/history.ts';
import { readHostPatches, readSummaries, readVerdicts } from '../database/read-patches.ts';
import { readKeptHosts } from '../database/read-run.ts';
import { readOutcomes, readRuns } from '../database/read-runs.ts';
import type { HostPatch } from '../core/host-patch.ts';
import { hostPatches } from '../patches/host-patches.ts';
import { parseDocument } from '../sources/parse-document.ts';
import { PatchBook, type HostPatches, type PatchSummary } from '../patches/patch-summary.ts';
import { type JudgedPatch, VerdictBook } from '../patches/patch-verdict.ts';
import type { ListArguments } from './list.ts';
import { historyToRead, notOfClient, runInHistory } from './open-history.ts';
import type { Rules } from './own-rules.ts';
import { runAt } from './stored-run.ts';
import { patchesOfRun, runsStored, type StoredRunRow } from './stored-patches.ts';

type Wants = (host: string) => boolean;

export interface ToldHost extends HostPatches {
  readonly status: string;
  readonly collectedAt: Date | undefined;
}

interface Lived {
  readonly host: string;
  readonly patches: readonly HostPatch[] | undefined;
}

export interface Teller extends AsyncDisposable {
  readonly runs: () => Promise<readonly StoredRunRow[]>;
  readonly hosts: (wants: Wants) => AsyncIterable<ToldHost>;
  /** With the steps of each patch's life, which evidence alone tells. */
  readonly lives: (wants: Wants) => AsyncIterable<Lived>;
  readonly summaries: (wants: Wants, language: string) => Promise<readonly PatchSummary[]>;
  readonly verdicts: (wants: Wants) => Promise<readonly JudgedPatch[]>;
}

type Asked = Pick<ListArguments, 'run' | 'evidence' | 'client' | 'host'>;

/** @throws PatchwhyError exit 2 for a client without history, and where no run is stored */
export async function tellerOf(asked: Asked, rules: Rules): Promise<Teller> {
  const { client } = asked;
  const isOfFiles = asked.evidence !== undefined || asked.run === 'demo';
  if (isOfFiles && client !== undefined)
    throw notOfClient(asked.evidence?.join(', ') ?? asked.run, client);
  const history = isOfFiles ? undefined : await historyToRead(client, rules);
  const run = history && (await runInHistory(history, asked.run));
  if (history !== undefined && run === undefined && client !== undefined) {
    await history[Symbol.asyncDispose]();
    throw notOfClient(`run ${asked.run}`, client);
  }
  const files = tellerOfFiles(asked, rules);
  if (history === undefined) return files;
  const close = () => history[Symbol.asyncDispose]();
  const runs = () => runsOf(history);
  if (run === undefined) return { ...files, runs, [Symbol.asyncDispose]: close };
  const hosts = (wants: Wants) => hostsOf(history, run, wants);
  // Counting all hosts is the database's work; of a few, they are read.
  const isOnDisk = (await runAt(asked.run)) !== undefined;
  const isAll = asked.host === undefined;
  return {
    runs,
    hosts,
    lives: (wants) =>
      isOnDisk ? patchesOfRun(asked.run, rules, wants) : livesOf(history, run, wants, rules),
    summaries: async (wants, language) =>
      (isAll ? await readSummaries(history.db, run, language) : undefined) ??
      summed(hosts(wants), language),
    verdicts: async (wants) =>
      (isAll ? await readVerdicts(history.db, run) : undefined) ?? judged(hosts(wants)),
    [Symbol.asyncDispose]: close,
  };
}

function tellerOfFiles({ run, evidence }: Asked, rules: Rules): Teller {
  const hosts = (wants: Wants) => patchesOfRun(evidence ?? run, rules, wants);
  return {
    runs: () => runsStored(rules),
    hosts,
    lives: hosts,
    summaries: (wants, language) => summed(hosts(wants), language),
    verdicts: (wants) => judged(hosts(wants)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function runsOf({ db }: History): Promise<readonly StoredRunRow[]> {
  return (await readRuns(db)).map(({ run, complete, summary }) => ({
    run: { ...run, finishedAt: run.finishedAt ?? '' },
    complete,
    summary,
  }));
}

async function* hostsOf({ db }: History, run: string, wants: Wants): AsyncGenerator<ToldHost> {
  const patches = await readHostPatches(db, run);
  for (const outcome of (await readOutcomes(db, run)) ?? []) {
    const { host, status, cause = '', build, collectedAt } = outcome;
    if (!wants(host)) continue;
    yield {
      host,
      status,
      cause,
      build,
      locale: '',
      collectedAt: collectedAt === undefined ? undefined : new Date(collectedAt),
      patches: collectedAt === undefined ? undefined : (patches.get(host) ?? []),
    };
  }
}

async function* livesOf(
  { db }: History,
  run: string,
  wants: Wants,
  { catalogue }: Rules,
): AsyncGenerator<Lived> {
  for await (const { name, evidence } of readKeptHosts(db, run)) {
    if (evidence === undefined || !wants(name)) continue;
    const parsed = parseDocument(Buffer.from(evidence).toString('utf8'));
    if (parsed.kind === 'evidence')
      yield { host: name, patches: hostPatches(parsed.evidence, catalogue.knowledge) };
  }
}

async function summed(
  hosts: AsyncIterable<HostPatches>,
  language: string,
): Promise<readonly PatchSummary[]> {
  const book = new PatchBook(language);
  for await (const host of hosts) book.note(host);
  return [...book.summaries()];
}

async function judged(hosts: AsyncIterable<HostPatches>): Promise<readonly JudgedPatch[]> {
  const book = new VerdictBook();
  for await (const host of hosts) book.note(host);
  return book.judged();
}
