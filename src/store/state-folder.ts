/** Where a user's runs are kept, and who may read them: the user alone. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const PRIVATE_FOLDER = 0o700;
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
