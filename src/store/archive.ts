/**
 * Runs on disk, one folder each: `run.json` (what was asked), `evidence.ndjson` (every document, one a line, written
 * before its host counts as done) and `scan.json` (what came out). The folder is a valid input of `scan --evidence`.
 */
import { open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import type { EvidenceRef, RunInfo } from '../core/event.ts';
import type { ContactFailure } from '../core/evidence.ts';
import type { Evidence } from '../core/look.ts';
import { makePrivateFolder, PRIVATE_FILE } from './state-folder.ts';

export const EVIDENCE_FILE = 'evidence.ndjson';
export const RESULT_FILE = 'scan.json';
export const RUN_FILE = 'run.json';
const RUN_ID = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z-[0-9a-f]{4,}$/;
const DAY_MS = 86_400_000;

/** Of the four hexadecimal digits at the end of a run's id, what each millisecond has to itself. */
const TAILS_PER_MS = 65;

/** `2026-11-21T06-41-08Z-7f3a`: sorts by time, to the millisecond, and is a file name everywhere. */
export function runId(startedAt: Date, random: () => number = Math.random): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  const tail = startedAt.getUTCMilliseconds() * TAILS_PER_MS + Math.floor(random() * TAILS_PER_MS);
  return `${time}Z-${tail.toString(16).padStart(4, '0')}`;
}

export function isRunId(name: string): boolean {
  return RUN_ID.test(name);
}

/** When a run began, from its id. */
export function startOf(id: string): string {
  return id.replace(RUN_ID, '$1T$2:$3:$4Z');
}

export function runsFolder(state: string): string {
  return join(state, 'runs');
}

/** Run ids on disk, newest first; none when there is no folder yet. */
export async function storedRuns(state: string): Promise<string[]> {
  try {
    const names = await readdir(runsFolder(state));
    return names.filter(isRunId).toSorted().toReversed();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Removes runs older than `days`; returns how many went. */
export async function retire(state: string, now: Date, days: number): Promise<number> {
  const limit = new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
  const old = (await storedRuns(state)).filter((id) => id.slice(0, 10) < limit);
  for (const id of old) await rm(join(runsFolder(state), id), { recursive: true, force: true });
  return old.length;
}

/** What was asked for, so that an interrupted run can go on. Never a secret, nor where one is to be found. */
export interface Asked {
  /** Absolute paths of inventories; none for hosts given by name. */
  readonly inventories: readonly string[];
  /** What chose among their hosts. */
  readonly patterns: readonly string[];
  /** What `--only` said. */
  readonly only?: string;
  /** Account of hosts given by name. */
  readonly user?: string;
  /** Flags that say how hosts are asked, as they were typed. */
  readonly flags: Readonly<Record<string, string>>;
  /** Absolute paths of the user's own causes. */
  readonly rules?: readonly string[];
  /** Every host of the run, in its order. */
  readonly hosts: readonly string[];
}

/** Told once, when storing had to end; the run goes on. */
export type OnLost = (error: unknown) => void;

/** The writer of one run's folder. */
export class Archive {
  readonly folder: string;
  readonly #onLost: OnLost;
  #file: FileHandle | undefined;
  #size = 0;
  #lost = false;
  #turn: Promise<unknown> = Promise.resolve();
  #unwritten: { readonly line: Buffer; readonly done: (ref: EvidenceRef | undefined) => void }[] =
    [];

  private constructor(folder: string, file: FileHandle | undefined, onLost: OnLost) {
    this.folder = folder;
    this.#file = file;
    this.#onLost = onLost;
  }

  /** Makes the run's folder. Where that fails, says so through `onLost` and keeps nothing. */
  static create(
    state: string,
    { run, asked }: { readonly run: RunInfo; readonly asked?: Asked | undefined },
    onLost: OnLost,
  ): Promise<Archive> {
    const folder = join(runsFolder(state), run.id);
    return Archive.#open(folder, onLost, async () => {
      await makePrivateFolder(folder);
      const text = JSON.stringify(
        { schema: 'patchwhy/run/1', ...run, ...(asked && { asked }) },
        null,
        1,
      );
      await writeFile(join(folder, RUN_FILE), `${text}\n`, { mode: PRIVATE_FILE, flush: true });
      const file = await open(join(folder, EVIDENCE_FILE), 'ax', PRIVATE_FILE);
      await flushFolder(folder);
      return file;
    });
  }

  /** Goes on with a run's folder. Half a line at the end of its evidence, left by a kill, is cut off. */
  static reopen(folder: string, onLost: OnLost): Promise<Archive> {
    return Archive.#open(folder, onLost, async () => {
      const file = await open(join(folder, EVIDENCE_FILE), 'a+', PRIVATE_FILE);
      try {
        await file.truncate(await wholeLines(file));
        return file;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  static async #open(
    folder: string,
    onLost: OnLost,
    work: () => Promise<FileHandle>,
  ): Promise<Archive> {
    try {
      const file = await work();
      const archive = new Archive(folder, file, onLost);
      archive.#size = (await file.stat()).size;
      return archive;
    } catch (error) {
      onLost(error);
      const archive = new Archive(folder, undefined, onLost);
      archive.#lost = true;
      return archive;
    }
  }

  /** Where its documents are. */
  get evidence(): string {
    return join(this.folder, EVIDENCE_FILE);
  }

  /** True when a document could not be written down. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Writes a document down; resolves when it is on disk, with undefined when storing has ended. */
  keep(document: Evidence | ContactFailure): Promise<EvidenceRef | undefined> {
    if (this.#lost) return Promise.resolve(undefined);
    const line = Buffer.from(`${JSON.stringify(document)}\n`);
    return new Promise((done) => {
      this.#unwritten.push({ line, done });
      if (this.#unwritten.length === 1) this.#turn = this.#turn.then(() => this.#flush());
    });
  }

  /** Writes all that waits in one go: one flush to disk serves every host that finished meanwhile. */
  async #flush(): Promise<void> {
    const batch = this.#unwritten;
    this.#unwritten = [];
    const start = this.#size;
    try {
      if (!this.#file) throw new Error('storing has ended');
      const bytes = Buffer.concat(batch.map(({ line }) => line));
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      await this.#endStoring(error, start);
      for (const { done } of batch) done(undefined);
      return;
    }
    let offset = start;
    for (const { line, done } of batch) {
      done({ file: this.evidence, offset, bytes: line.length });
      offset += line.length;
    }
  }

  /** What is whole on disk stays; half a line is cut off so that the file can be read back. */
  async #endStoring(error: unknown, whole: number): Promise<void> {
    const first = !this.#lost;
    this.#lost = true;
    const file = this.#file;
    this.#file = undefined;
    if (first) this.#onLost(error);
    try {
      await file?.truncate(whole);
      await file?.close();
    } catch (second) {
      this.#onLost(second);
    }
  }

  /** Writes the result beside the evidence and closes the folder. */
  async finish(result: string): Promise<void> {
    await this.#turn;
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    try {
      await file.close();
      // Whole or not at all: whoever finds it may trust it.
      const unfinished = join(this.folder, `.${RESULT_FILE}`);
      await writeFile(unfinished, result, { mode: PRIVATE_FILE, flush: true });
      await rename(unfinished, join(this.folder, RESULT_FILE));
    } catch (error) {
      this.#onLost(error);
    }
  }
}

const LINE_END = 10;
const TAIL_BYTES = 64 * 1024;

/** Bytes up to the end of the last line that is whole. */
async function wholeLines(file: FileHandle): Promise<number> {
  const tail = Buffer.alloc(TAIL_BYTES);
  for (let end = (await file.stat()).size; end > 0;) {
    const start = Math.max(0, end - TAIL_BYTES);
    const { bytesRead } = await file.read(tail, 0, end - start, start);
    const at = tail.subarray(0, bytesRead).lastIndexOf(LINE_END);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** A file is found again after a power cut only when its folder is on disk too. */
async function flushFolder(folder: string): Promise<void> {
  try {
    await using opened = await open(folder, 'r');
    await opened.sync();
  } catch {
    // Windows opens no folders; its file systems need no telling.
  }
}
