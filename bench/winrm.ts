/**
 * Processor time for one host, ours beside pywinrm's and that of the rig's bare GSSAPI client: sealed NTLM over HTTP, 64
 * at a time, the same script in the shell's environment, the same rig fleet. What a host costs is the difference between
 * 1,200 hosts and 200, so that start-up falls out. `PATCHWHY_RIG=... node bench/winrm.ts`; ends with 1 when ours is more
 * than a quarter of pywinrm's or three times the bare client's, whose cryptography is in C. Linux.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rigFolder, startRig, type Rig } from '../test/support/rig.ts';

const FEW = 200;
const MANY = 1200;
/** Most of what the other costs. */
const GOALS = { pywinrm: 1 / 4, gss: 3 } as const;
/** The rig's bare marker line, and about as much as one variable of pywinrm can carry. */
const SCRIPT_BYTES = [200, 30_000];
const CLIENTS = {
  patchwhy: oursAt('winrm-client.ts'),
  pywinrm: pythonAt('winrm-pywinrm.py'),
  gss: pythonAt('winrm-gss.py'),
};

/** What a client prints at its end. */
interface Costs {
  readonly documents: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly rssMb: number;
}

interface Measured {
  readonly cpuMs: number;
  readonly hostsPerSecond: number;
  readonly trips: number;
  readonly rssMb: number;
}

type Client = (folder: string, hosts: number, scriptBytes: number) => Promise<Costs>;

function oursAt(file: string): Client {
  return (...words) => run(process.execPath, file, words, {});
}

function pythonAt(file: string): Client {
  // Debian's OpenSSL offers the MD4 that pywinrm needs only when told to.
  const settings = {
    OPENSSL_CONF: join(rigFolder(), 'openssl-legacy.cnf'),
    REQUESTS_CA_BUNDLE: '',
  };
  return (...words) => run('/usr/bin/python3', file, words, settings);
}

async function run(
  program: string,
  file: string,
  words: readonly (string | number)[],
  settings: Record<string, string>,
): Promise<Costs> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(program, [path, ...words.map(String)], {
    env: { ...process.env, ...settings },
  });
  return JSON.parse(stdout) as Costs;
}

async function measure(rig: Rig, client: Client, scriptBytes: number): Promise<Measured> {
  const few = await client(rig.folder, FEW, scriptBytes);
  const before = await rig.total();
  const many = await client(rig.folder, MANY, scriptBytes);
  const after = await rig.total();
  if (few.documents !== FEW || many.documents !== MANY) throw new Error('not every host answered');
  return {
    cpuMs: ((many.cpuSeconds - few.cpuSeconds) / (MANY - FEW)) * 1000,
    hostsPerSecond: MANY / many.wallSeconds,
    trips: ((after['requests'] ?? 0) - (before['requests'] ?? 0)) / MANY,
    rssMb: many.rssMb,
  };
}

const ports = ['--http-port', '26985', '--https-port', '26986'];
await using rig = await startRig({ hosts: MANY, make: ports, block: 52, controlPort: 6052 });
console.log('script  client    CPU ms/host  hosts/s  round trips/host  peak RSS MB');
for (const scriptBytes of SCRIPT_BYTES) {
  const cpuMs: Record<string, number> = {};
  for (const [name, client] of Object.entries(CLIENTS)) {
    const measured = await measure(rig, client, scriptBytes);
    cpuMs[name] = measured.cpuMs;
    console.log(
      `${scriptBytes}`.padStart(6),
      ` ${name}`.padEnd(10),
      measured.cpuMs.toFixed(2).padStart(10),
      measured.hostsPerSecond.toFixed(0).padStart(8),
      measured.trips.toFixed(2).padStart(17),
      measured.rssMb.toFixed(0).padStart(12),
    );
  }
  for (const [other, goal] of Object.entries(GOALS)) {
    const ratio = (cpuMs['patchwhy'] ?? NaN) / (cpuMs[other] ?? NaN);
    console.log(`        ${ratio.toFixed(2)} of ${other}, goal at most ${goal.toFixed(2)}`);
    if (!(ratio <= goal)) process.exitCode = 1;
  }
}
