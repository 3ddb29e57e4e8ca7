/** Takes stored runs into the history, each into that of every client whose hosts it asked. */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import type { EvidenceRef } from '../core/event.ts';
import type { Labels } from '../core/host.ts';
import type { Finding, Outcome, Status } from '../core/verdict.ts';
import { openHistory, type Place } from '../database/history.ts';
import { keepRun } from '../database/keep-run.ts';
import type { KeptHost, KeptRunHead } from '../database/kept-run.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { hostPatches } from '../patches/host-patches.ts';
import { openStored } from '../sources/stored.ts';
import { parseDocument } from '../sources/parse-document.ts';
import { EVIDENCE_FILE, RESULT_FILE, runsFolder, storedRuns } from '../store/archive.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';
import type { Rules } from './own-rules.ts';
import { resultOf } from './stored-run.ts';

/** Beside a run's evidence: into which histories it went, and from which state of its files. */
const MARK_FILE = 'remembered';
/** A run without a result that was written to just now is still going on. */
const QUIET_MS = 5 * 60_000;

/** Told before a run is taken in, which takes a second for 1,000 hosts. */
export type OnTake = (run: string, hosts: number) => void;

/** Every stored run that the history lacks, oldest first. @returns ids of runs that were taken in */
export async function rememberAll(
  place: Place,
  rules: Rules,
  onTake: OnTake = () => undefined,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const id of (await storedRuns(place.state)).toReversed()) {
    if (await rememberRun(place, join(runsFolder(place.state), id), rules, onTake)) taken.push(id);
  }
  return taken;
}

/** @returns false where there was nothing to do */
export async function rememberRun(
  place: Place,
  folder: string,
  rules: Rules,
  onTake: OnTake = () => undefined,
): Promise<boolean> {
  const fingerprint = await fingerprintOf(folder);
  if (fingerprint === undefined) return false;
  const mark = `${placeMark(place)} ${fingerprint}\n`;
  if ((await readMark(folder)) === mark && (await isThere(place))) return false;
  const result = await resultOf(folder, rules);
  if (result === undefined) return false;
  onTake(basename(folder), result.hosts.length);
  const clients = Map.groupBy(result.hosts, (host) => labelsOf(host)['client'] ?? '');
  const run = basename(folder);
  for (const [client, hosts] of clients) {
    await using history = await openHistory(place, client);
    const head = headOf(result, run, fingerprint);
    await keepRun(history.db, history.engine, head, keptHosts(folder, hosts, rules));
  }
  await writeMark(folder, mark);
  return true;
}

/** Whatever was taken in from the run's folders is to be taken in again. */
export async function forgetMarks(state: string): Promise<void> {
  for (const id of await storedRuns(state))
    await rm(join(runsFolder(state), id, MARK_FILE), { force: true });
}

function headOf(
  { run, tool, complete }: ScanDocument,
  id: string,
  fingerprint: string,
): KeptRunHead {
  return { run: { ...run, id, tool }, isComplete: complete, fingerprint };
}

async function* keptHosts(
  folder: string,
  hosts: readonly ScanDocument['hosts'][number][],
  { catalogue }: Rules,
): AsyncGenerator<KeptHost> {
  const documents = await Documents.open(folder);
  const ahead: Promise<Buffer | undefined>[] = [];
  try {
    // While one is read into facts, the next ones come from the disk.
    for (const [at, host] of hosts.entries()) {
      for (let next = at + ahead.length; next < Math.min(hosts.length, at + AHEAD); next += 1)
        ahead.push(documents.read(String(hosts[next]?.['name'])));
      yield keptHost(host, await ahead.shift(), catalogue.knowledge);
    }
  } finally {
    // Whoever stopped asking leaves reads behind.
    await Promise.allSettled(ahead);
    await documents.close();
  }
}

/** Documents that are read before their turn. */
const AHEAD = 32;

type Knowledge = Rules['catalogue']['knowledge'];

function keptHost(
  host: ScanDocument['hosts'][number],
  bytes: Buffer | undefined,
  knowledge: Knowledge,
): KeptHost {
  const name = String(host['name']);
  const kind = host['outcome'] as Outcome['kind'];
  const cause = host['cause'];
  const mode = host['mode'];
  const parsed = bytes === undefined ? undefined : parseDocument(bytes.toString('utf8'));
  const evidence = parsed?.kind === 'evidence' ? parsed.evidence : undefined;
  const os = evidence?.os;
  return {
    name,
    labels: labelsOf(host),
    kind,
    status: host['status'] as Status,
    cause: typeof cause === 'string' ? cause : undefined,
    findings: ((host['causes'] ?? []) as readonly Finding[]).map(
      ({ id, confidence, firstSeen }) => ({
        cause: id,
        confidence,
        firstSeen: firstSeen === undefined ? undefined : Date.parse(firstSeen),
      }),
    ),
    build: os === undefined ? '' : `${os.build}${os.ubr === undefined ? '' : `.${os.ubr}`}`,
    locale: os?.locale ?? '',
    collectedAt: evidence === undefined ? undefined : Date.parse(evidence.collectedAt),
    mode: mode === 'powershell' || mode === 'cmd' || mode === 'file' ? mode : 'none',
    patches: evidence && hostPatches(evidence, knowledge),
    evidence: bytes,
  };
}

function labelsOf(host: ScanDocument['hosts'][number]): Labels {
  return (host['labels'] ?? {}) as Labels;
}

/** The documents of a run's folder, read one by one out of few open files. */
class Documents {
  readonly #refOf: (host: string) => EvidenceRef | undefined;
  readonly #files = new Map<string, ReturnType<typeof open>>();

  private constructor(refOf: (host: string) => EvidenceRef | undefined) {
    this.#refOf = refOf;
  }

  static async open(folder: string): Promise<Documents> {
    const { documentOf } = await openStored([join(folder, EVIDENCE_FILE)]);
    return new Documents((host) => documentOf(host)?.ref);
  }

  /** Without the line's end; undefined where there is none. */
  async read(host: string): Promise<Buffer | undefined> {
    const ref = this.#refOf(host);
    if (ref === undefined) return undefined;
    const file = await this.#file(ref.file);
    const bytes = Buffer.alloc(ref.bytes);
    const { bytesRead } = await file.read(bytes, 0, ref.bytes, ref.offset);
    const end = bytes[bytesRead - 1] === LINE_END ? bytesRead - 1 : bytesRead;
    return bytes.subarray(0, end);
  }

  #file(path: string): ReturnType<typeof open> {
    const file = this.#files.get(path) ?? open(path, 'r');
    this.#files.set(path, file);
    return file;
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await (await file).close();
  }
}

const LINE_END = 10;

/** Undefined where there is nothing to take in, or not yet. */
async function fingerprintOf(folder: string): Promise<string | undefined> {
  const evidence = await statOf(join(folder, EVIDENCE_FILE));
  const result = await statOf(join(folder, RESULT_FILE));
  if (evidence === undefined || evidence.size === 0) return undefined;
  if (result === undefined && Date.now() - evidence.mtimeMs < QUIET_MS) return undefined;
  return `${evidence.size}-${result?.size ?? 0}`;
}

async function statOf(file: string) {
  try {
    return await stat(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** One database from another, without its password. */
function placeMark({ url }: Place): string {
  if (url === undefined) return 'sqlite';
  const { host, pathname } = new URL(url.reveal());
  return createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 16);
}

/** A history that was taken away has to be made again. */
async function isThere({ state, url }: Place): Promise<boolean> {
  return url !== undefined || (await statOf(join(state, 'history'))) !== undefined;
}

async function readMark(folder: string): Promise<string> {
  return readFile(join(folder, MARK_FILE), 'utf8').catch(() => '');
}

async function writeMark(folder: string, mark: string): Promise<void> {
  const unfinished = join(folder, `.${MARK_FILE}.${process.pid}`);
  await writeFile(unfinished, mark, { mode: PRIVATE_FILE });
  await rename(unfinished, join(folder, MARK_FILE));
}
