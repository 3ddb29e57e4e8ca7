/** Secrets in files: only files that nobody else can read. */
import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf } from '../core/error.ts';

export type SecretText = { readonly kind: 'text'; readonly text: string } | Unusable;

/** What is the matter with a secret, in words that do not contain it. */
export interface Unusable {
  readonly kind: 'unusable';
  /** Goes on after the reference: `is not a file`. */
  readonly reason: string;
  /** What to do next. */
  readonly hint: string;
}

export function unusable(reason: string, hint: string): Unusable {
  return { kind: 'unusable', reason, hint };
}

const LARGEST = 64 * 1024;

/** A pipe in the place of the file would otherwise hold the program up for ever. Windows has no such flag. */
export const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The text of a file of mode 0600 or stricter that belongs to us. On Windows, where modes say nothing, neither is
 * checked. The open file is judged, not its path, so it cannot be exchanged in between.
 */
export async function readSecretFile(path: string): Promise<SecretText> {
  const read = await readSecretBytes(path);
  return Buffer.isBuffer(read) ? { kind: 'text', text: read.toString('utf8') } : read;
}

/** As `readSecretFile`, for what is no text. */
export async function readSecretBytes(path: string): Promise<Buffer | Unusable> {
  try {
    await using file = await open(path, OPEN_FLAGS);
    return faultOf(path, await file.stat()) ?? (await file.readFile());
  } catch (error) {
    return unusable(
      `cannot be read (${errnoOf(error) ?? 'unknown error'})`,
      `check that ${path} is there and readable`,
    );
  }
}

function faultOf(path: string, stats: Stats): Unusable | undefined {
  const alone = 'name a file that holds the secret and nothing else';
  if (!stats.isFile()) return unusable('is not a file', alone);
  if (stats.size > LARGEST) return unusable('is too large for a secret', alone);
  const me = process.getuid?.();
  if (me === undefined) return undefined;
  if (stats.uid !== me)
    return unusable(
      'belongs to another user',
      `make a copy of your own: install -m 600 ${path} NEW`,
    );
  if ((stats.mode & 0o077) === 0) return undefined;
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  return unusable(`can be read by others (mode ${mode})`, `run: chmod 600 ${path}`);
}
