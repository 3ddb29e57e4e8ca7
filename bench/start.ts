/**
 * How long a user waits for the first sign of life: processor time of `--help` beside an empty Node, and the first
 * frame of the demo on a pseudo-terminal (util-linux `script`). `npm run build && npm run bench start`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../bin/patchwhy.js', import.meta.url));
const RUNS = 7;

const help = median(() => cpuMs([PROGRAM, '--help']));
const bare = median(() => cpuMs(['-e', '0']));
console.log(
  `--help: ${help.toFixed(0)} ms of CPU (limit 150), ${(help / bare).toFixed(1)} times an empty Node (${bare.toFixed(0)} ms)`,
);
const frames: number[] = [];
for (let run = 0; run < RUNS; run += 1) frames.push(await firstFrameMs());
console.log(`first frame of the demo: ${middle(frames).toFixed(0)} ms (limit 300)`);

/** bash's own clock counts the child alone: user and system. */
function cpuMs(words: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, 'bench', process.execPath, ...words], {
    encoding: 'utf8',
  });
  const [user = 0, system = 0] = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return (user + system) * 1000;
}

function firstFrameMs(): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    const command = `stty cols 80 rows 24; exec '${process.execPath}' '${PROGRAM}' demo`;
    const pty = spawn('script', ['-qfec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, TERM: 'xterm-256color', CI: '' },
    });
    let found = 0;
    let text = '';
    pty.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (found > 0 || !text.includes('demo fleet')) return;
      found = performance.now() - began;
      pty.kill('SIGTERM');
    });
    pty.once('close', () => resolve(found));
  });
}

function median(measure: () => number): number {
  return middle(Array.from({ length: RUNS }, measure));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
