/**
 * 10,000 hosts in one run: nothing is lost, and memory stays flat once the first 2,000 are in. Resident memory of the
 * whole program is read as every 500th host is done. `npm run build && PATCHWHY_RIG=FOLDER npm run bench crowd`; Linux.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../src/core/event.ts';
import type { ScanDocument } from '../src/outputs/scan-document.ts';
import { startRig } from '../test/support/rig.ts';
import { wrongOutcomes } from '../test/support/wrong-outcomes.ts';

const PROGRAM = fileURLToPath(new URL('../bin/patchwhy.js', import.meta.url));
const FAULTS = fileURLToPath(new URL('../test/support/five-percent.yaml', import.meta.url));
const HOSTS = Number(process.argv[2] ?? 10_000);
const EVERY = HOSTS / 20;
const SETTLED = HOSTS / 5;

await using rig = await startRig({
  hosts: HOSTS,
  make: ['--faults', FAULTS],
  block: 73,
  controlPort: 6091,
});
const state = mkdtempSync(join(tmpdir(), 'patchwhy-bench-'));
const began = performance.now();
const run = ['scan', '-i', rig.inventory, '--jsonl', '--forks', '64', '--timeout', '10s'];
const child = spawn(process.execPath, [PROGRAM, ...run], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, NODE_ENV: 'production', RIG_PASSWORD: 'Sealed-1', PATCHWHY_STATE: state },
});
const memory: { readonly done: number; readonly mb: number }[] = [];
let done = 0;
for await (const line of createInterface(child.stdout)) {
  if (!line.startsWith('{"type":"host.done"')) {
    const event = line.startsWith('{"type":"run.finished"')
      ? (JSON.parse(line) as RunEvent)
      : undefined;
    if (event?.type === 'run.finished') console.log(JSON.stringify(event.summary));
    continue;
  }
  done += 1;
  if (done % EVERY !== 0) continue;
  memory.push({ done, mb: residentMb(child.pid) });
  console.log(`${String(done).padStart(6)} hosts  ${memory.at(-1)?.mb.toFixed(0)} MB`);
}
const seconds = (performance.now() - began) / 1000;

const [id = ''] = readdirSync(join(state, 'runs'));
const folder = join(state, 'runs', id);
const result = JSON.parse(readFileSync(join(folder, 'scan.json'), 'utf8')) as ScanDocument;
const stored = readFileSync(join(folder, 'evidence.ndjson'), 'utf8').trimEnd().split('\n').length;
const wrong = wrongOutcomes(result, rig.expected());
rmSync(state, { recursive: true });
for (const each of wrong.slice(0, 10)) console.log(`  ${each}`);
const settled = memory.filter((each) => each.done >= SETTLED).map(({ mb }) => mb);
const growth = Math.max(...settled) / (settled[0] ?? Number.NaN);
console.log(
  `${done} of ${HOSTS} hosts done in ${seconds.toFixed(0)} s, ${stored} documents stored`,
);
console.log(`wrong outcomes: ${wrong.length}`);
console.log(
  `memory after the first ${SETTLED}: at most ${growth.toFixed(2)} times what it was (limit 1.15)`,
);
if (done !== HOSTS || stored !== HOSTS || wrong.length > 0 || growth > 1.15) process.exitCode = 1;

function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1000;
}
