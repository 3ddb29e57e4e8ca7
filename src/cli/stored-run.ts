/** Runs on disk as commands name them: by id, by folder, or as the last one; what was asked and what it came to. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import { createJudge } from '../engine/judge.ts';
import { scan } from '../engine/scan.ts';
import { suggestion } from '../inventory/nearest.ts';
import { ScanDocumentBuilder, type ScanDocument } from '../outputs/scan-document.ts';
import { openStored } from '../sources/stored.ts';
import {
  isRunId,
  RESULT_FILE,
  RUN_FILE,
  runId,
  runsFolder,
  storedRuns,
  type Asked,
} from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { PastRun } from '../tui/outside.ts';
import type { Rules } from './own-rules.ts';

export interface StoredRun {
  readonly folder: string;
  readonly run: RunInfo;
  /** Undefined where nobody was asked (stored documents), or an older version wrote the folder. */
  readonly asked: Asked | undefined;
}

/**
 * The run that a word means: `last`, an id, or a folder.
 * @throws PatchwhyError exit 2 when there is none.
 */
export async function findRun(word: string): Promise<StoredRun> {
  const runs = await newestFirst();
  const [newest] = runs;
  if (word === 'last') {
    if (newest === undefined) throw noRun('no run is stored yet', 'patchwhy scan makes one');
    return readRun(newest);
  }
  const known = runs.find((folder) => basename(folder) === word);
  if (known !== undefined) return readRun(known);
  if (await isFolder(word)) return readRun(word);
  throw noRun(
    `there is no run ${JSON.stringify(word)}`,
    suggestion(
      word,
      runs.map((folder) => basename(folder)),
      'give the id or the folder of a run, or last',
    ),
  );
}

/** The folder of the run that a word means, by its id or as `last`; else the word, which is a path. */
export async function runOrPath(word: string): Promise<string> {
  if (word !== 'last' && !isRunId(word)) return word;
  const runs = await newestFirst();
  if (word === 'last' && runs[0] !== undefined) return runs[0];
  return runs.find((folder) => basename(folder) === word) ?? word;
}

/** What a word or path stands for, where that is a stored run. */
export async function runAt(word: string): Promise<RunInfo | undefined> {
  const folder = await runOrPath(word);
  return (await isFolder(folder)) ? (await readable(folder))?.run : undefined;
}

/** How far back the last interrupted run is looked for. */
const LOOK_BACK = 20;

/** The newest run that asked hosts and did not come to its end; undefined when there is none. */
export async function lastUnfinished(): Promise<StoredRun | undefined> {
  for (const folder of (await newestFirst()).slice(0, LOOK_BACK)) {
    const stored = await readable(folder);
    if (stored?.asked !== undefined && !(await isComplete(folder))) return stored;
  }
  return undefined;
}

/** Whether the run has written its result, with every host in it. */
export async function isComplete(folder: string): Promise<boolean> {
  return (await writtenResult(folder))?.complete === true;
}

/** What the run came to; judged again from its evidence when it never got to say so, undefined when it has none. */
export async function resultOf(folder: string, rules: Rules): Promise<ScanDocument | undefined> {
  const written = await writtenResult(folder);
  if (written) return written;
  try {
    return await judgedAgain([folder], rules);
  } catch (error) {
    if (error instanceof PatchwhyError) return undefined; // a run that brought nothing home
    throw error;
  }
}

/** Stored documents, judged now. */
export async function judgedAgain(
  paths: readonly string[],
  { catalogue, tool }: Pick<Rules, 'catalogue' | 'tool'>,
): Promise<ScanDocument | undefined> {
  const { hosts, source } = await openStored(paths);
  const now = new Date();
  const builder = new ScanDocumentBuilder();
  const events = scan({
    run: {
      id: runId(now),
      source: 'evidence',
      inventory: paths.join(', '),
      startedAt: now.toISOString(),
      threshold: 3,
      tool,
    },
    hosts,
    source,
    judge: createJudge(catalogue),
    forks: 16,
    stop: new AbortController().signal,
    now: () => now.toISOString(),
  });
  for await (const event of events) builder.apply(event);
  return builder.document();
}

/** All stored runs, as a list of them says. */
export async function pastRuns(): Promise<PastRun[]> {
  const stored = await Promise.all((await newestFirst()).map(readable));
  return Promise.all(
    stored
      .filter((each) => each !== undefined)
      .map(async ({ folder, run, asked }) => ({
        id: run.id,
        from: run.inventory ?? run.source,
        hosts: asked?.hosts.length,
        hasEnded: await isFile(join(folder, RESULT_FILE)),
      })),
  );
}

/** Folders of all stored runs. */
export async function newestFirst(): Promise<string[]> {
  const state = stateFolder(process.env);
  return (await storedRuns(state)).map((id) => join(runsFolder(state), id));
}

/** Undefined where the run ended before it wrote its result whole. */
async function writtenResult(folder: string): Promise<ScanDocument | undefined> {
  return readJson<ScanDocument>(join(folder, RESULT_FILE));
}

async function readRun(folder: string): Promise<StoredRun> {
  const stored = await readable(folder);
  if (stored !== undefined) return stored;
  throw noRun(`${folder} is no folder of a run`, `it has no ${RUN_FILE} that can be read`);
}

async function readable(folder: string): Promise<StoredRun | undefined> {
  const read = await readJson<RunInfo & { schema?: string; asked?: Asked }>(join(folder, RUN_FILE));
  if (read?.schema !== 'patchwhy/run/1') return undefined;
  const { schema: _schema, asked, ...run } = read;
  return { folder, run, asked };
}

/** Undefined where the file is not there, or was not written to its end. */
async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function noRun(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('run.unknown', message, hint);
}
