/** Where a user's runs are kept, and who may read them: the user alone. */
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf } from '../core/error.ts';

const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

/** `PATCHWHY_STATE`, else the state folder of the platform (XDG base directories; %LOCALAPPDATA% on Windows). */
export function stateFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env['PATCHWHY_STATE'];
  if (own) return own;
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'patchwhy');
  }
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'patchwhy');
}

/**
 * Makes a folder and those above it, for the user alone. Not by mkdir's own `recursive`, which never ends where a
 * file system takes no folders (Node 24 on /proc). Throws what the file system says.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, PRIVATE_FOLDER);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST') return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    await makePrivateFolder(above);
    await mkdir(path, PRIVATE_FOLDER).catch(exceptWhenThere);
  }
}

/** Another run may have made it meanwhile. */
function exceptWhenThere(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error;
}
