/** Our side of bench/winrm.ts: the transport alone, `winrm-client.ts FOLDER HOSTS SCRIPT_BYTES`. */
import { dialDirect } from '../src/transports/dial.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { Secret } from '../src/core/secret.ts';
import { backgroundDone } from '../src/transports/winrm/background.ts';
import { createWinrm } from '../src/transports/winrm/winrm.ts';

const [folder = '', count = '0', scriptBytes = '0'] = process.argv.slice(2);
const inventory = JSON.parse(readFileSync(join(folder, 'inventory.json'), 'utf8')) as {
  user: string;
  password: string;
  hosts: { address: string; port: number }[];
};
const logon = {
  kind: 'password' as const,
  user: inventory.user,
  password: new Secret(inventory.password),
};
const marker = '# patchwhy-collector: evidence/1 nonce=ab12 begin=BEGIN_{nonce} end=END_{nonce}\n';
const script = marker.padEnd(Number(scriptBytes), `# ${'x'.repeat(77)}\n`);
const { signal } = new AbortController();
const context = {
  limits: { connectMs: 30_000, collectMs: 60_000 },
  signal,
  onStage: () => undefined,
  onCommand: () => undefined,
  admit: () => Promise.resolve(),
};

async function hasDocument({ address, port }: { address: string; port: number }): Promise<boolean> {
  await using session = await createWinrm().open(
    { name: address, dial: dialDirect([address]) },
    { tls: 'never', auth: ['negotiate'], port },
    logon,
    context,
  );
  const parts: Uint8Array[] = [];
  for await (const chunk of session.run({ kind: 'powershell', script }, signal)) {
    if (chunk.kind === 'stdout') parts.push(chunk.bytes);
  }
  return Buffer.concat(parts).toString('utf8').trimEnd().endsWith('END_ab12');
}

const startedAt = performance.now();
const found = await pLimit(64).map(inventory.hosts.slice(0, Number(count)), hasDocument);
await backgroundDone();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    documents: found.filter(Boolean).length,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: (performance.now() - startedAt) / 1000,
    rssMb: maxRSS / 1024,
  }),
);
