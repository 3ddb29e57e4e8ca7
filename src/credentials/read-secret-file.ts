/** Secrets in files: only files that nobody else can read. */
import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** What is the matter with a secret, in words that do not contain it. */
export type SecretText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unusable'; readonly reason: string; readonly hint: string };

const LARGEST = 64 * 1024;

/** A pipe in the place of the file would otherwise hold the program up for ever. Windows has no such flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The text of a file of mode 0600 or stricter that belongs to us. On Windows, where modes say nothing, neither is
 * checked. The open file is judged, not its path, so it cannot be exchanged in between.
 */
export async function readSecretFile(path: string): Promise<SecretText> {
  try {
    await using file = await open(path, OPEN_FLAGS);
    const fault = faultOf(path, await file.stat());
    return fault ?? { kind: 'text', text: await file.readFile('utf8') };
  } catch (error) {
    return unusable(
      `cannot be read (${errorCode(error)})`,
      `check that ${path} is there and readable`,
    );
  }
}

function faultOf(path: string, stats: Stats): SecretText | undefined {
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

function unusable(reason: string, hint: string): SecretText {
  return { kind: 'unusable', reason, hint };
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown error';
}
