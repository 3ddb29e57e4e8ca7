/** The newest document of every host whose documents are carried by hand, one file each, in the state folder. */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import type { Evidence } from '../core/look.ts';
import { makePrivateFolder, PRIVATE_FILE } from './state-folder.ts';

export function importedFolder(state: string): string {
  return join(state, 'imported');
}

/**
 * Keeps a document, unless one of its host is there that says it is newer: then that one's time is given back.
 * Rejects with what the file system says.
 */
export async function keepImported(
  state: string,
  evidence: Evidence,
  now = new Date(),
): Promise<string | undefined> {
  const folder = importedFolder(state);
  const file = join(folder, fileOf(evidence.host));
  const kept = await collectedAt(file);
  const isNewer = kept !== undefined && Date.parse(kept) > Date.parse(evidence.collectedAt);
  // A document from the future comes from a clock that was wrong: it must not stand against every one after it.
  if (isNewer && !isAhead(kept, now)) return kept;
  await makePrivateFolder(folder);
  // Whole or not at all: a scan may be reading.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(evidence)}\n`, { mode: PRIVATE_FILE });
  await rename(unfinished, file);
  return undefined;
}

/** A day of grace, for clocks and zones that are a little off. */
const GRACE_MS = 86_400_000;

/** Whether a time lies ahead of ours, as a wrong clock has it. */
export function isAhead(collectedAt: string, now: Date): boolean {
  return Date.parse(collectedAt) > now.getTime() + GRACE_MS;
}

/** A host may bear any name; its file must not. Names are the same whatever their case. */
function fileOf(host: string): string {
  const name = host.toLowerCase();
  const readable = name.replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40);
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}.json`;
}

/** Undefined where there is none, or none that can be read: then the other one is better. */
async function collectedAt(file: string): Promise<string | undefined> {
  try {
    const { collectedAt } = JSON.parse(await readFile(file, 'utf8')) as Partial<Evidence>;
    return collectedAt;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
