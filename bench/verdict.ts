/**
 * What judging the fleet costs beside judging its hosts: 10,000 of them, the demo fleet's documents under other names
 * and 200 sites, the whole judged anew with every quarter more, as in a run. `node --expose-gc bench/verdict.ts [HOSTS]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../src/causes/diagnose.ts';
import { hostId } from '../src/core/host.ts';
import type { Outcome } from '../src/core/verdict.ts';
import { examine, examineContact } from '../src/facts/examine.ts';
import { FleetLedger } from '../src/fleet/ledger.ts';
import { traitsOf } from '../src/fleet/traits.ts';
import { readCatalogueFolder } from '../scripts/catalogue-folder.ts';
import { parseDocument } from '../src/sources/parse-document.ts';

const HOSTS = Number(process.argv[2] ?? 10_000);
const LIMIT_MS = 2000;
const root = join(import.meta.dirname, '..');
const catalogue = readCatalogueFolder(join(root, 'catalogue'));
const lines = readFileSync(join(root, 'demo/fleet.ndjson'), 'utf8').trim().split('\n');
const AT = '2026-11-18T06:38:00Z';

/** A host's document, as the `number`th of a big fleet; built anew each time, as a run has it. */
function lookAt(number: number) {
  const labels = { site: `site ${number % 200}`, ring: number % 7 === 0 ? 'pilot' : 'broad' };
  const parsed = parseDocument(lines[number % lines.length] ?? '', {
    host: `ws-${number}`,
    labels,
  });
  if (parsed.kind === 'evidence' || parsed.kind === 'contact') return parsed;
  throw new Error(`line ${number % lines.length} of the demo is no document`);
}

const ledger = new FleetLedger();
let hostsMs = 0;
let fleetMs = 0;
let judgedAt = 0;
let times = 0;
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;

for (let number = 0; number < HOSTS; number += 1) {
  const look = lookAt(number);
  const began = cpuMs();
  const facts =
    look.kind === 'contact'
      ? examineContact(look.contact)
      : examine(look.evidence, catalogue.knowledge);
  const verdict = diagnose(catalogue, facts);
  const between = cpuMs();
  const outcome: Exclude<Outcome, { kind: 'skipped' }> =
    look.kind === 'contact'
      ? { kind: 'contact', verdict, contact: look.contact.contact }
      : { kind: 'judged', verdict, collectedAt: AT, mode: 'powershell' };
  ledger.note(hostId(`ws-${number}`), outcome, traitsOf(look, []));
  if (number + 1 >= judgedAt * 1.25) {
    judgedAt = number + 1;
    times += 1;
    ledger.verdict(3);
  }
  fleetMs += cpuMs() - between;
  hostsMs += between - began;
}
const last = cpuMs();
const { spreads, fixes } = ledger.verdict(3);
const lastMs = cpuMs() - last;
fleetMs += lastMs;
globalThis.gc?.();
const kept = (process.memoryUsage().heapUsed - heapBefore) / HOSTS;

console.log(
  `${HOSTS} hosts, ${spreads.length} causes, ${fixes.length} fixes; judged ${times + 1} times`,
);
console.log(`hosts alone: ${hostsMs.toFixed(0)} ms of CPU`);
console.log(
  `the fleet:   ${fleetMs.toFixed(0)} ms of CPU (limit ${LIMIT_MS}), the last time ${lastMs.toFixed(0)}`,
);
console.log(`ratio:       ${(fleetMs / hostsMs).toFixed(3)} of what the hosts cost`);
console.log(
  `memory:      ${kept.toFixed(0)} bytes a host${globalThis.gc === undefined ? ' (without --expose-gc: anything)' : ''}`,
);
if (fleetMs > LIMIT_MS) process.exitCode = 1;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
