/** Certificates that were trusted when they were first met, one a line: `host:port`, SHA-256, date. Like known_hosts. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import { makePrivateFolder, PRIVATE_FILE } from './state-folder.ts';

const FILE = 'trusted-certificates';

export class TrustedCertificates {
  readonly #folder: string;
  readonly #onTrust: (place: string, sha256: string) => void;
  readonly #now: () => Date;
  #known: Promise<Map<string, string>> | undefined;
  /** One at a time: two hosts behind one address must not both be the first. */
  #last: Promise<void> = Promise.resolve();

  /** @param onTrust told whenever one is trusted for the first time. */
  constructor(
    state: string,
    onTrust: (place: string, sha256: string) => void,
    now: () => Date = () => new Date(),
  ) {
    this.#folder = state;
    this.#onTrust = onTrust;
    this.#now = now;
  }

  /**
   * The SHA-256 that counts for a place: the one it showed first, or this one, which is on disk before it counts.
   * @throws what the file system says.
   */
  recall(place: string, sha256: string): Promise<string> {
    const recalled = this.#last.then(() => this.#recall(place, sha256));
    this.#last = recalled.then(
      () => undefined,
      () => undefined,
    );
    return recalled;
  }

  async #recall(place: string, sha256: string): Promise<string> {
    const known = await this.#read();
    const before = known.get(place);
    if (before !== undefined) return before;
    await makePrivateFolder(this.#folder);
    const line = `${place} ${sha256} ${this.#now().toISOString()}\n`;
    await appendFile(join(this.#folder, FILE), line, { mode: PRIVATE_FILE, flush: true });
    known.set(place, sha256);
    this.#onTrust(place, sha256);
    return sha256;
  }

  #read(): Promise<Map<string, string>> {
    const reading = this.#known ?? readLines(join(this.#folder, FILE));
    this.#known = reading;
    // A file that could not be read may be readable the next time.
    reading.catch(() => (this.#known = undefined));
    return reading;
  }
}

async function readLines(file: string): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  try {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const [place = '', sha256 = ''] = line.split(' ');
      // The first word counts: a later line for the same place was not ours.
      if (/^[0-9a-f]{64}$/.test(sha256) && !known.has(place)) known.set(place, sha256);
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return known;
}
