/** A text in the user's own pager or editor, while the run goes on behind it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { shellWords } from '../credentials/shell-words.ts';
import { PRIVATE_FILE } from '../store/state-folder.ts';

export type Viewer = 'pager' | 'editor';

/** Ends when the user has left it. The text lies in a file of the user's own until then. */
export async function view(
  text: string,
  viewer: Viewer,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'patchwhy-'));
  const file = join(folder, 'patchwhy.txt');
  try {
    await writeFile(file, text, { mode: PRIVATE_FILE });
    const command = commandOf(viewer, env);
    const [program = command, ...words] = shellWords(command) ?? [];
    await letGoOfKeys();
    await ended(program, [...words, file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function commandOf(viewer: Viewer, env: NodeJS.ProcessEnv): string {
  const isWindows = process.platform === 'win32';
  if (viewer === 'pager') return env['PAGER'] || (isWindows ? 'more' : 'less');
  return env['VISUAL'] || env['EDITOR'] || (isWindows ? 'notepad' : 'vi');
}

/**
 * Stops reading the keyboard. A screen that is suspended only stops listening: it would take keys from the other program, and
 * where that was quicker, wait for ever in a read, because a child's terminal blocks and so does ours, being the same one.
 */
async function letGoOfKeys(): Promise<void> {
  if (!process.stdin.isTTY) return;
  await nextTurn();
  // Only a stream that flows can be paused.
  process.stdin.resume();
  process.stdin.pause();
  await nextTurn();
}

function ended(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
