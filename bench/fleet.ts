/**
 * A fleet in which one host in twenty misbehaves beside the same fleet in good health: 1,000 hosts, 20 ms away, 64 at a
 * time. All outcomes right, at most 1.5 times the time (but for the limit of those that hang), under 300 MB.
 * `npm run build && PATCHWHY_RIG=FOLDER npm run bench fleet`; FOLDER is that of the WinRM rig.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScanDocument } from '../src/outputs/scan-document.ts';
import { startRig } from '../test/support/rig.ts';
import { wrongOutcomes } from '../test/support/wrong-outcomes.ts';
import { costOf } from './program-cost.ts';

const PROGRAM = fileURLToPath(new URL('../bin/patchwhy.js', import.meta.url));
const FAULTS = fileURLToPath(new URL('../test/support/five-percent.yaml', import.meta.url));
const HOSTS = 1000;
/** Those that hang are given up after so long. */
const LIMIT_S = 10;

interface Figures {
  readonly wallMs: number;
  readonly peakMb: number;
}

async function measure(faults: readonly string[], block: number): Promise<Figures> {
  await using rig = await startRig({
    hosts: HOSTS,
    make: ['--latency', '20', ...faults],
    block,
    controlPort: 6090,
  });
  const state = mkdtempSync(join(tmpdir(), 'patchwhy-bench-'));
  const run = ['scan', '-i', rig.inventory, '--json', '--forks', '64', '--timeout', `${LIMIT_S}s`];
  const { stdout, wallMs, peakMb } = await costOf([process.execPath, PROGRAM, ...run], {
    RIG_PASSWORD: 'Sealed-1',
    PATCHWHY_STATE: state,
  });
  rmSync(state, { recursive: true });
  const wrong = wrongOutcomes(JSON.parse(stdout) as ScanDocument, rig.expected());
  const left = (await rig.total())['shells_left_open'];
  console.log(
    `${faults.length === 0 ? 'healthy' : '5 % faulty'}: ${(wallMs / 1000).toFixed(1)} s, ${peakMb.toFixed(0)} MB, ${wrong.length} wrong outcomes, ${left} shells left open`,
  );
  for (const each of wrong.slice(0, 10)) console.log(`  ${each}`);
  if (wrong.length > 0) process.exitCode = 1;
  return { wallMs, peakMb };
}

const healthy = await measure([], 71);
const faulty = await measure(['--faults', FAULTS], 72);
const ratio = (faulty.wallMs - LIMIT_S * 1000) / healthy.wallMs;
console.log(
  `ratio: ${(faulty.wallMs / healthy.wallMs).toFixed(2)}, without the ${LIMIT_S} s of those that hang ${ratio.toFixed(2)} (limit 1.5)`,
);
console.log(`memory: ${faulty.peakMb.toFixed(0)} MB (limit 300)`);
if (ratio > 1.5 || faulty.peakMb > 300) process.exitCode = 1;
