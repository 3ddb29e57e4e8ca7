/**
 * Key to paint, bytes, processor and first frame of the console on a real pseudo-terminal, beside a raw writer
 * that draws the same rows. `npm run build && node bench/tui.ts [hosts] [changes per second] [seconds]`. Linux:
 * the pseudo-terminal comes from util-linux `script`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';

const [hosts = '1000', perSecond = '500', seconds = '10'] = process.argv.slice(2);
const KEY_EVERY_MS = 97;
/** The flag on the banner is inverse too, and shorter. */
const CHOSEN_WIDTH = 20;
const WARM_UP_MS = 1500;
const SIZES = [
  [80, 24],
  [200, 60],
] as const;

interface Costs {
  readonly importMs: number;
  readonly cpuPercent: number;
  readonly rssMb: number;
}

interface Measured extends Costs {
  readonly p50: number;
  readonly p95: number;
  readonly keys: number;
  readonly bytesPerSecond: number;
  readonly firstFrameMs: number;
}

console.log(
  `${hosts} hosts, ${perSecond} changes/s, a key every ${KEY_EVERY_MS} ms for ${seconds} s`,
);
for (const [columns, rows] of SIZES) {
  const raw = await measure('raw', columns, rows);
  const ink = await measure('ink', columns, rows);
  for (const [name, found] of Object.entries({ raw, ink }))
    console.log(`${columns}x${rows} ${name}: ${told(found)}`);
  const ratio = (value: (each: Measured) => number): string => (value(ink) / value(raw)).toFixed(1);
  console.log(
    `${columns}x${rows} ink to raw: p95 ${ratio(({ p95 }) => p95)}, CPU ${ratio(({ cpuPercent }) => cpuPercent)}, bytes ${ratio(({ bytesPerSecond }) => bytesPerSecond)}`,
  );
}

function told({
  p50,
  p95,
  keys,
  bytesPerSecond,
  cpuPercent,
  rssMb,
  firstFrameMs,
  importMs,
}: Measured): string {
  const kb = (bytesPerSecond / 1000).toFixed(1);
  return `key to paint p50 ${p50.toFixed(1)} p95 ${p95.toFixed(1)} ms (${keys} keys), ${kb} kB/s, CPU ${cpuPercent.toFixed(1)} %, ${rssMb.toFixed(0)} MB, first frame ${firstFrameMs.toFixed(0)} ms (import ${importMs.toFixed(0)} ms)`;
}

async function measure(mode: 'ink' | 'raw', columns: number, rows: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-bench-'));
  const report = join(folder, 'costs.json');
  const child = fileURLToPath(new URL('tui-child.ts', import.meta.url));
  const program = [process.execPath, '--no-warnings', child, mode, hosts, perSecond, report];
  const quoted = program.map((word) => `'${word}'`).join(' ');
  const began = performance.now();
  const pty = spawn(
    'script',
    ['-qfec', `stty cols ${columns} rows ${rows}; exec ${quoted}`, '/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm-256color' },
    },
  );
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  let bytes = 0;
  let firstFrameMs = 0;
  let waiting: { readonly from: number; readonly row: number } | undefined;
  const latencies: number[] = [];
  pty.stdout.on('data', (chunk: Buffer) => {
    const at = performance.now();
    bytes += chunk.length;
    if (firstFrameMs === 0 && chunk.includes('patchwhy')) firstFrameMs = at - began;
    terminal.write(chunk, () => {
      if (waiting === undefined || chosenRow(terminal) === waiting.row) return;
      latencies.push(at - waiting.from);
      waiting = undefined;
    });
  });
  await after(WARM_UP_MS);
  const bytesBefore = bytes;
  const until = performance.now() + Number(seconds) * 1000;
  for (let count = 0; performance.now() < until; count += 1) {
    waiting = { from: performance.now(), row: chosenRow(terminal) };
    pty.stdin.write(count % 2 === 0 ? 'j' : 'k');
    await after(KEY_EVERY_MS);
  }
  const bytesPerSecond = (bytes - bytesBefore) / Number(seconds);
  const closed = new Promise((resolve) => pty.once('close', resolve));
  pty.stdin.write('\u0003');
  await closed;
  const costs: Costs = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {
    ...costs,
    p50: quantile(0.5),
    p95: quantile(0.95),
    keys: sorted.length,
    bytesPerSecond,
    firstFrameMs,
  };
}

/** The row that is inverse over the table's width; -1 when none is. */
function chosenRow(terminal: xterm.Terminal): number {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => active.getLine(row)).findIndex((line) =>
    [0, CHOSEN_WIDTH].every((cell) => (line?.getCell(cell)?.isInverse() ?? 0) !== 0),
  );
}
