/** A file of the hosts that were shown, in the folder where patchwhy was started. It never takes another's place. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errnoOf } from '../core/error.ts';
import type { ExportFormat } from '../core/export-format.ts';
import { exportHosts } from '../outputs/host-export.ts';
import type { HostState } from '../store/host-state.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';

const MOST_TRIES = 1000;

/** Gives back the file's name. */
export async function saveExport(
  format: ExportFormat,
  hosts: readonly HostState[],
  folder: string = process.cwd(),
): Promise<string> {
  const now = new Date().toISOString();
  const text = exportHosts(format, hosts, now);
  const stem = `patchwhy-${now.slice(0, 19).replaceAll(':', '-')}`;
  for (let tries = 1; ; tries += 1) {
    const name = tries === 1 ? `${stem}.${format}` : `${stem}-${tries}.${format}`;
    try {
      await writeFile(resolve(folder, name), text, { flag: 'wx', mode: PRIVATE_FILE });
      return name;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || tries === MOST_TRIES) throw error;
    }
  }
}
