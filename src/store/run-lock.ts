/** One run at a time over the same fleet: two would double every log-on and race for the same shells. */
import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchwhyError } from '../core/error.ts';
import { makePrivateFolder, PRIVATE_FILE } from './state-folder.ts';

export interface RunLock {
  release(): Promise<void>;
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
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      await makePrivateFolder(join(state, 'locks'));
      const handle = await open(file, 'wx', PRIVATE_FILE);
      await handle.writeFile(String(pid));
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        return { release: () => Promise.resolve() };
      }
      const holder = await holderOf(file);
      if (holder !== undefined) {
        throw new PatchwhyError(
          'run.locked',
          `another run over ${fleet} is going on (process ${holder})`,
          'wait for it to end, or add --no-store to run beside it without storing',
          { exitCode: 10 },
        );
      }
      await rm(file, { force: true });
    }
  }
  return { release: () => Promise.resolve() };
}

/** The live process that holds the lock, if there is one. */
async function holderOf(file: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? -1 : undefined;
  }
}
