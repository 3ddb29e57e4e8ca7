/** Secrets from another program: 1Password, pass, Vault, CyberArk. Its output is never shown. */
import { execFile } from 'node:child_process';
import type { SecretText } from './read-secret-file.ts';

export const HELPER_LIMIT_MS = 30_000;
const LARGEST = 64 * 1024;

export interface HelperRun {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
}

/** Runs a program without a shell and gives what it printed on stdout. */
export function runHelper({
  command,
  folder,
  env,
  signal,
  limitMs,
}: HelperRun): Promise<SecretText> {
  const [program, ...args] = command;
  const limit = limitMs ?? HELPER_LIMIT_MS;
  const options = {
    cwd: folder,
    env,
    timeout: limit,
    killSignal: 'SIGKILL',
    maxBuffer: LARGEST,
    encoding: 'utf8',
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout) => {
      if (error === null) resolve({ kind: 'text', text: stdout });
      else
        resolve({
          kind: 'unusable',
          reason: reasonOf(error, limit),
          hint: `run the command by hand to see what it says`,
        });
    });
    child.stdin?.end();
  });
}

/** Node's own message holds the whole command line: only codes are used. */
function reasonOf(
  error: { code?: unknown; killed?: boolean; signal?: unknown },
  limitMs: number,
): string {
  if (error.code === 'ABORT_ERR') return 'was stopped';
  if (error.code === 'ENOENT') return 'was not found';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed too much for a secret';
  if (error.killed === true) return `did not end within ${limitMs / 1000} s`;
  if (typeof error.code === 'number') return `ended with exit code ${error.code}`;
  if (typeof error.signal === 'string') return `was ended by ${error.signal}`;
  return `could not be run (${typeof error.code === 'string' ? error.code : 'unknown error'})`;
}
