/** The doctor before hosts that others wrote, each ill in its own way: the step that fails is the one that is ill. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostReport } from '../../src/doctor/host-report.ts';
import { program } from '../support/program.ts';
import { rigFolder, startRig, type Expected, type Rig } from '../support/rig.ts';

const STEPS: Readonly<Record<string, readonly string[]>> = {
  dns: ['name'],
  tcp: ['port'],
  tls: ['tls'],
  http: ['http'],
  auth: ['offers', 'log-on'],
  shell: ['shell'],
  collector: ['powershell', 'collector'],
  timeout: ['tls', 'http', 'log-on', 'shell', 'collector'],
};

let rig: Rig;
let inventory: string;
const env = { RIG_PASSWORD: 'Sealed-1', PATCHWHY_DNS: '127.0.0.1:9' };

beforeAll(async () => {
  const faults = join(rigFolder(), 'samples', 'fault_mix.yaml');
  rig = await startRig({
    hosts: 120,
    make: ['--faults', faults, '--fault-share', '3'],
    block: 42,
    controlPort: 5993,
  });
  inventory = join(rig.folder, 'quick.yaml');
  const text = readFileSync(rig.inventory, 'utf8');
  writeFileSync(
    inventory,
    text.replace('defaults:', 'defaults:\n  timeouts: { connect: 2s, collect: 12s }'),
  );
});
afterAll(() => rig[Symbol.asyncDispose]());

async function doctor(
  host: string,
): Promise<{ code: number | null; report: HostReport; text: string }> {
  const { code, stdout, stderr } = await program(['doctor', host, '-i', inventory, '--json'], {
    env,
  });
  return { code, report: JSON.parse(stdout) as HostReport, text: stdout + stderr };
}

/** One host for each kind of fault. */
function samples(): [string, Expected][] {
  const seen = new Set<string | null>();
  return Object.entries(rig.expected()).filter(([, { fault }]) => {
    const isNew = !seen.has(fault);
    seen.add(fault);
    return isNew;
  });
}

test('names the step, the code and what to do for every fault of the mix, and never shows the password', async () => {
  const wrong: string[] = [];
  for (const [name, { fault, expect: wanted }] of samples()) {
    const { code, report, text } = await doctor(name);
    expect(text).not.toContain('Sealed-1');
    const failed = report.steps.find(({ verdict }) => verdict === 'failed');
    const got = `${name} (${fault}): ${failed === undefined ? 'free' : `${failed.step} ${failed.code}`}`;
    if (typeof wanted === 'string') {
      if (wanted === 'evidence' && (failed !== undefined || code !== 0)) wrong.push(got);
      continue;
    }
    const steps = [wanted.stage].flat().flatMap((stage) => STEPS[stage] ?? []);
    const codes = [wanted.code].flat();
    const fits = failed && steps.includes(failed.step) && codes.includes(failed.code ?? '');
    if (!fits || code !== 4 || !report.advice?.reasons.length)
      wrong.push(`${got}, wanted ${steps.join('|')} ${codes.join('|')}`);
  }
  expect(wrong).toEqual([]);
});

test('of a host in good order has every step with nothing failed, and leaves no shell open', async () => {
  const [name = ''] = Object.entries(rig.expected()).find(([, { fault }]) => fault === null) ?? [];
  const { code, report } = await doctor(name);
  expect(code).toBe(0);
  expect(report.steps.map(({ step }) => step)).toEqual(
    expect.arrayContaining([
      'name',
      'port',
      'http',
      'offers',
      'log-on',
      'shell',
      'powershell',
      'rights',
      'collector',
    ]),
  );
  expect(report.steps.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
  expect((await rig.total())['shells_left_open']).toBe(0);
});
