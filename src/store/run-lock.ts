/** One run at a time over the same fleet: two would double every log-on and race for the same shells. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { constants, copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import { makePrivateFolder, PRIVATE_FILE } from './state-folder.ts';

export interface RunLock {
  /** At once, so that it can be done while the process ends. */
  release(): void;
}

/**
 * Takes the lock of a fleet, named by what was asked (the inventory's path).
 * A lock whose process is gone is taken over. Where the folder cannot be written there is no lock and no run in the way.
 * @throws PatchwhyError `run.locked`, exit 10.
 */
export async function takeRunLock(
  state: string,
  fleet: string,
  pid: number = process.pid,
): Promise<RunLock> {
  const name = createHash('sha256').update(fleet).digest('hex').slice(0, 16);
  const file = join(state, 'locks', `${name}.lock`);
  const mine = `${file}.${pid}`;
  try {
    await makePrivateFolder(join(state, 'locks'));
    await writeFile(mine, String(pid), { mode: PRIVATE_FILE });
  } catch {
    return FREE; // nothing can be written there: storing will say so
  }
  try {
    for (let tries = 0; tries < 3; tries += 1) {
      if (await made(claim(mine, file))) return held(file);
      const holder = await holderOf(file);
      if (holder !== undefined) throw locked(fleet, holder, file);
      await removeStale(file, mine, fleet);
    }
  } finally {
    await rm(mine, { force: true });
  }
  return FREE;
}

const FREE: RunLock = { release: () => undefined };

function held(file: string): RunLock {
  return { release: () => rmSync(file, { force: true }) };
}

/** Takes a stale lock away; should it have become a live one meanwhile, it is put back. */
async function removeStale(file: string, mine: string, fleet: string): Promise<void> {
  const aside = `${mine}.stale`;
  if (!(await made(rename(file, aside)))) return; // somebody else took it away
  const holder = await holderOf(aside);
  if (holder !== undefined) await made(claim(aside, file));
  await rm(aside, { force: true });
  if (holder !== undefined) throw locked(fleet, holder, file);
}

/** A link is there whole or not at all, and only one of two can make it. FAT and some shares have none. */
async function claim(mine: string, file: string): Promise<void> {
  try {
    await link(mine, file);
  } catch (error) {
    if (isExpected(error)) throw error;
    await copyFile(mine, file, constants.COPYFILE_EXCL);
  }
}

function isExpected(error: unknown): boolean {
  return errnoOf(error) === 'EEXIST' || errnoOf(error) === 'ENOENT';
}

async function made(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (isExpected(error)) return false;
    throw error;
  }
}

function locked(fleet: string, holder: number, file: string): PatchwhyError {
  return new PatchwhyError(
    'run.locked',
    `another run over ${fleet} is going on (process ${holder})`,
    `wait for it to end, or add --no-store to run beside it; should process ${holder} be none of ours, remove ${file}`,
    { exitCode: 10 },
  );
}

/** The live process that holds the lock, if there is one. */
async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM'; // it belongs to another user
  }
}
