/** Where a user's own settings are. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `PATCHWHY_CONFIG`, else the config folder of the platform (XDG base directories; %APPDATA% on Windows). */
export function configFolder(env: NodeJS.ProcessEnv): string {
  return (
    env['PATCHWHY_CONFIG'] ||
    join(
      process.platform === 'win32'
        ? (env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'))
        : env['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
      'patchwhy',
    )
  );
}
