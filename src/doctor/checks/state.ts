import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/error.ts';
import { makePrivateFolder, PRIVATE_FILE } from '../../store/state-folder.ts';
import type { ConsoleFinding } from '../console-report.ts';

const MIB = 1024 * 1024;
/** A thousand hosts bring about 60 MB. */
const LITTLE_MIB = 200;

/** Whether evidence can be kept, and how much of it. */
export async function checkState(folder: string): Promise<ConsoleFinding> {
  const about = 'evidence';
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    await makePrivateFolder(folder);
    await writeFile(probe, 'x', { mode: PRIVATE_FILE });
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    const free = Math.floor((bavail * bsize) / MIB);
    const text = `kept in ${folder}, ${free} MiB free`;
    return free < LITTLE_MIB
      ? {
          about,
          verdict: 'warning',
          text,
          next: 'a thousand hosts bring about 60 MiB: free some, or set PATCHWHY_STATE',
        }
      : { about, verdict: 'ok', text };
  } catch (error) {
    const text = `cannot be kept in ${folder} (${errnoOf(error) ?? 'unknown'})`;
    return {
      about,
      verdict: 'failed',
      text,
      next: 'set PATCHWHY_STATE to a folder of your own, or scan with --no-store',
    };
  }
}
