/** A console that runs out of file handles, as with a low `ulimit -n`: every host is told so, and nothing of ours breaks. */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { PROGRAM } from '../support/program.ts';
import { startRig, type Rig } from '../support/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({
    hosts: 120,
    make: ['--latency', '300'],
    block: 66,
    controlPort: 6066,
  });
});
afterAll(() => rig[Symbol.asyncDispose]());

test('hosts for which no handle was left are told so; the others come home', async () => {
  const command = `ulimit -n 50; exec "${process.execPath}" "${PROGRAM}" scan -i "${rig.inventory}" --json --no-store`;
  const env = { ...process.env, RIG_PASSWORD: 'Sealed-1', PATCHWHY_DNS: '127.0.0.1:9' };
  const stdout = await new Promise<string>((resolve) => {
    execFile('sh', ['-c', command], { env, maxBuffer: 1 << 28 }, (_error, text) => resolve(text));
  });
  const { summary, hosts, notices } = JSON.parse(stdout) as ScanDocument;
  expect(JSON.stringify(notices)).not.toMatch(/internal/);
  expect(summary.judged).toBeGreaterThan(0);
  expect(summary).toMatchObject({ hosts: 120, skipped: 0 });
  const contacts = hosts.flatMap((host) => (host['contact'] as { code: string } | undefined) ?? []);
  expect(new Set(contacts.map(({ code }) => code))).toEqual(new Set(['EMFILE']));
});
