/**
 * A history as one file that can be carried: lines of JSON by gzip, first its head, then each run followed by its hosts,
 * then changes. Merged into another one, the order in which files come changes nothing.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { PatchwhyError } from '../core/error.ts';
import type { Change } from '../history/before-after.ts';
import { addChange, readChanges } from './changes.ts';
import type { History } from './history.ts';
import { keepRun } from './keep-run.ts';
import type { KeptHost, KeptRunHead } from './kept-run.ts';
import { readHeads, readKeptHosts } from './read-run.ts';

const SCHEMA = 'patchwhy/history/1';
const PRIVATE_FILE = 0o600;

type CarriedHost = Omit<KeptHost, 'evidence'> & {
  /** The document's bytes by base64: it comes back as it was, whatever it holds. */
  readonly evidence?: string;
};

type Line =
  | { readonly schema: string; readonly client: string }
  | { readonly run: KeptRunHead }
  | { readonly host: CarriedHost }
  | { readonly change: Change }
  /** Without it the file was cut. */
  | { readonly end: { readonly runs: number } };

/** @returns how many runs were written. Throws what the file system says; the file must not be there yet */
export async function writeCarried(
  { db, client }: History,
  file: string,
  withEvidence: boolean,
): Promise<number> {
  let runs = 0;
  async function* lines(): AsyncGenerator<string> {
    const line = (each: Line): string => `${JSON.stringify(each)}\n`;
    yield line({ schema: SCHEMA, client });
    for (const head of await readHeads(db)) {
      yield line({ run: head });
      for await (const { evidence, ...host } of readKeptHosts(db, head.run.id)) {
        const carried = withEvidence && evidence !== undefined;
        yield line({
          host: {
            ...host,
            ...(carried && { evidence: Buffer.from(evidence).toString('base64') }),
          },
        });
      }
      runs += 1;
    }
    for (const change of await readChanges(db)) yield line({ change });
    yield line({ end: { runs } });
  }
  await pipeline(
    lines,
    createGzip(),
    createWriteStream(file, { mode: PRIVATE_FILE, flags: 'wx', flush: true }),
  );
  return runs;
}

export interface Merged {
  readonly client: string;
  readonly runs: number;
  /** Runs that were there already. */
  readonly known: number;
  readonly changes: number;
}

/**
 * Merges a file into the history of the client that it names. Each run is taken in whole or not at all.
 * @param openFor gives the history of a client; closed by whoever opened it
 * @throws PatchwhyError `history.carried` (exit 2) for a file that is none, is cut, or was written by a newer version
 */
export async function readCarried(
  file: string,
  openFor: (client: string) => Promise<History>,
): Promise<Merged> {
  const lines = linesOf(file);
  const first = await lines.next();
  const head = first.done === true ? undefined : first.value;
  if (head === undefined || !('schema' in head) || head.schema !== SCHEMA)
    throw refused(file, 'is no history, or that of a newer version');
  const { db, engine } = await openFor(head.client);
  const counts = { runs: 0, known: 0, changes: 0 };
  const ahead = new Ahead(lines);
  for (let line = await ahead.next(); line !== undefined; line = await ahead.next()) {
    if ('run' in line) {
      const isNew = await keepRun(db, engine, line.run, hostsOf(ahead, file));
      if (!isNew) await ahead.skipHosts();
      counts[isNew ? 'runs' : 'known'] += 1;
    } else if ('change' in line) {
      await addChange(db, line.change, Date.now());
      counts.changes += 1;
    } else if ('end' in line) return { client: head.client, ...counts };
  }
  throw refused(file, 'is cut: its end is missing; the runs before are taken in');
}

async function* hostsOf(ahead: Ahead, file: string): AsyncGenerator<KeptHost> {
  for (;;) {
    const line = await ahead.peek();
    if (line === undefined) throw refused(file, 'is cut within a run');
    if (!('host' in line)) return;
    await ahead.next();
    const { evidence, ...host } = line.host;
    yield {
      ...host,
      cause: host.cause,
      collectedAt: host.collectedAt,
      patches: host.patches,
      evidence: evidence === undefined ? undefined : Buffer.from(evidence, 'base64'),
    };
  }
}

/** Lines with a look at the next one. */
class Ahead {
  readonly #lines: AsyncIterator<Line>;
  #next: Promise<IteratorResult<Line>> | undefined;

  constructor(lines: AsyncIterator<Line>) {
    this.#lines = lines;
  }

  async peek(): Promise<Line | undefined> {
    this.#next ??= this.#lines.next();
    const { done, value } = await this.#next;
    return done === true ? undefined : value;
  }

  async next(): Promise<Line | undefined> {
    const line = await this.peek();
    this.#next = undefined;
    return line;
  }

  async skipHosts(): Promise<void> {
    for (
      let line = await this.peek();
      line !== undefined && 'host' in line;
      line = await this.peek()
    )
      await this.next();
  }
}

async function* linesOf(file: string): AsyncGenerator<Line> {
  const input = createReadStream(file);
  const unzipped = input.pipe(createGunzip());
  input.on('error', (error) => unzipped.destroy(error));
  try {
    for await (const text of createInterface({ input: unzipped, crlfDelay: Infinity }))
      yield JSON.parse(text) as Line;
  } catch (error) {
    throw error instanceof PatchwhyError
      ? error
      : refused(file, `cannot be read (${error instanceof Error ? error.message : 'unknown'})`);
  } finally {
    input.destroy();
  }
}

function refused(file: string, why: string): PatchwhyError {
  return new PatchwhyError(
    'history.carried',
    `${file} ${why}`,
    'give a file that patchwhy export wrote, whole',
  );
}
