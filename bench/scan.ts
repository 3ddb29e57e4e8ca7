/**
 * The whole program over real sealed NTLM: marginal cost of a host between 200 and 1,200 hosts at 64 forks, so that
 * start-up falls out, beside pywinrm (Debian: python3-winrm) over the same fleet in the same run.
 * `PATCHWHY_RIG=FOLDER npm run bench scan`; FOLDER is that of the WinRM rig.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rigFolder, startRig, type Rig } from '../test/support/rig.ts';
import { costOf, type Cost } from './program-cost.ts';

const PROGRAM = fileURLToPath(new URL('../bin/patchwhy.js', import.meta.url));
const PEER = fileURLToPath(new URL('winrm-pywinrm.py', import.meta.url));
const FEW = 200;
const MANY = 1200;
const FORKS = 64;
/** As much script as pywinrm can carry: one variable. Ours sends its whole collector, about twice that. */
const PEER_SCRIPT_BYTES = '30000';

/** The first hosts of the fleet, by their number. */
const CHOSEN: Readonly<Record<number, string>> = {
  [FEW]: '~^ws-0(0\\d\\d|1\\d\\d|200)$',
  1000: '~^ws-(0\\d{3}|1000)$',
  [MANY]: 'all',
};

await using rig = await startRig({
  hosts: MANY,
  make: ['--latency', 'lan'],
  block: 90,
  controlPort: 5989,
});
const ours = { few: await patchwhy(rig, FEW), many: await patchwhy(rig, MANY) };
const before = await rig.total();
const thousand = await patchwhy(rig, 1000);
const after = await rig.total();
const theirs = { few: await pywinrm(rig, FEW), many: await pywinrm(rig, MANY) };

const perHost = ({ few, many }: { few: Cost; many: Cost }): number =>
  (many.cpuMs - few.cpuMs) / (MANY - FEW);
const trips = ((after['requests'] ?? 0) - (before['requests'] ?? 0)) / 1000;
const rate = (MANY - FEW) / ((ours.many.wallMs - ours.few.wallMs) / 1000);
console.log(
  `patchwhy: ${perHost(ours).toFixed(2)} ms of CPU a host, ${rate.toFixed(0)} hosts/s, ${trips.toFixed(2)} round trips a host`,
);
console.log(`pywinrm:  ${perHost(theirs).toFixed(2)} ms of CPU a host`);
console.log(`ratio:    ${(perHost(ours) / perHost(theirs)).toFixed(2)} (limit 0.33)`);
console.log(`memory:   ${thousand.peakMb.toFixed(0)} MB at 1,000 hosts (limit 250)`);

function patchwhy({ inventory }: Rig, hosts: keyof typeof CHOSEN): Promise<Cost> {
  const run = ['scan', '-i', inventory, '--json', '--no-store', '--forks', String(FORKS)];
  return succeeding([process.execPath, PROGRAM, ...run, '--limit', CHOSEN[hosts] ?? 'all'], {
    RIG_PASSWORD: 'Sealed-1',
  });
}

function pywinrm({ folder }: Rig, hosts: number): Promise<Cost> {
  return succeeding(['/usr/bin/python3', PEER, folder, String(hosts), PEER_SCRIPT_BYTES], {
    OPENSSL_CONF: join(rigFolder(), 'openssl-legacy.cnf'),
    REQUESTS_CA_BUNDLE: '',
  });
}

async function succeeding(words: readonly string[], env: Record<string, string>): Promise<Cost> {
  const cost = await costOf(words, env);
  if (cost.code !== 0) throw new Error(`${words.join(' ')} ended with ${cost.code}`);
  return cost;
}
