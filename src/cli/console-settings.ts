/** `console.json` of the config folder: how the user likes the console. */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../core/error.ts';
import { makePrivateFolder, PRIVATE_FILE } from '../store/state-folder.ts';
import { parseSettings, type Settings } from '../tui/settings.ts';
import { configFolder } from './config-folder.ts';

const FILE = 'console.json';
const SCHEMA = 'patchwhy/console/1';

export interface Remembered {
  /** Undefined where there are none, or none that can be used. */
  readonly settings: Settings | undefined;
  /** Why they cannot be used: the file, and what is wrong with it. */
  readonly problem?: string;
}

/** At once, before the first frame: the file is small. */
export function recallSettings(env: NodeJS.ProcessEnv): Remembered {
  const file = join(configFolder(env), FILE);
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as { readonly schema?: unknown } | null;
    const settings = read?.schema === SCHEMA ? parseSettings(read) : undefined;
    return settings ? { settings } : { settings, problem: `${file}: no settings of this version` };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { settings: undefined };
    const why = error instanceof SyntaxError ? 'no JSON' : (errnoOf(error) ?? String(error));
    return { settings: undefined, problem: `${file}: ${why}` };
  }
}

/** Whole or not at all. Rejects with what the file system says. */
export async function rememberSettings(settings: Settings, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = configFolder(env);
  await makePrivateFolder(folder);
  const unfinished = join(folder, `.${FILE}.${process.pid}`);
  const text = JSON.stringify({ schema: SCHEMA, ...settings }, undefined, 1);
  await writeFile(unfinished, `${text}\n`, { mode: PRIVATE_FILE });
  await rename(unfinished, join(folder, FILE));
}
