/** Runs the built program as a user would: a process of its own, with a state folder of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Called with each piece of stdout, and the way to signal the program. */
  readonly onOutput?: (text: string, signal: (name: NodeJS.Signals) => void) => void;
  readonly onError?: (text: string, signal: (name: NodeJS.Signals) => void) => void;
}

export const PROGRAM = fileURLToPath(new URL('../../bin/patchwhy.js', import.meta.url));

export function program(words: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const signal = (name: NodeJS.Signals): void => void child.kill(name);
    let stdout = '';
    let stderr = '';
    // A character may come in two pieces.
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      options.onOutput?.(stdout, signal);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      options.onError?.(stderr, signal);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }) };
}
