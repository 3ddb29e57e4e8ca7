/** Files that stand in the service of a secret and are none themselves: encrypted ones, and certificates. */
import { open } from 'node:fs/promises';
import { errnoOf } from '../core/error.ts';
import type { SecretText } from './read-secret-file.ts';
import { OPEN_FLAGS, unusable } from './read-secret-file.ts';

const LARGEST = 4 * 1024 * 1024;

/** The text of a file, whoever may read it. */
export async function readPublicFile(path: string): Promise<SecretText> {
  try {
    await using file = await open(path, OPEN_FLAGS);
    const stats = await file.stat();
    if (!stats.isFile()) return unusable('is not a file', `see what ${path} is`);
    if (stats.size > LARGEST) return unusable('is too large', `see what ${path} is`);
    return { kind: 'text', text: await file.readFile('utf8') };
  } catch (error) {
    return unusable(
      `cannot be read (${errnoOf(error) ?? 'unknown error'})`,
      `check that ${path} is there and readable`,
    );
  }
}
