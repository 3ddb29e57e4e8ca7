/** What a program costs from start to end: time, processor and memory. Linux. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs it to its end; CPU as bash counts it, memory as the kernel remembers its peak. */
export async function costOf(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  const began = performance.now();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bench', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  let stderr = '';
  let peakMb = 0;
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const watch = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child))), 50);
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', (ended) => resolve(ended));
  });
  clearInterval(watch);
  const wallMs = performance.now() - began;
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  if (user === undefined) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
  const cpuMs = (Number(user) + Number(system)) * 1000;
  return { cpuMs, wallMs, peakMb, code, stdout: Buffer.concat(output).toString() };
}

/** Peak resident memory of the measured program, the child of bash, in MB. */
function peakOf({ pid }: ChildProcess): number {
  try {
    const [inner] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const kb = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${inner}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1000;
  } catch {
    return 0; // it has not begun, or is over
  }
}
