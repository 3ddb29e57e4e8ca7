/** Runs the built program at a terminal of its own (util-linux: script), 80x24. */
import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { PROGRAM } from './program.ts';

/** Types each answer once the terminal shows, after what was answered before, the text it waits for; gives all it showed. */
export function typed(
  words: string,
  env: Readonly<Record<string, string>>,
  steps: readonly (readonly [awaited: string, answer: string])[],
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const command = `stty cols 80 rows 24; '${process.execPath}' '${PROGRAM}' ${words}`;
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qfec', command, '/dev/null'], {
      env: { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const left = [...steps];
    let screen = '';
    let seen = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      const [next] = left;
      if (next === undefined || !screen.slice(seen).includes(next[0])) return;
      seen = screen.length;
      left.shift();
      child.stdin.write(next[1]);
    });
    child.once('error', reject);
    child.once('close', () => resolve(screen));
  });
}
