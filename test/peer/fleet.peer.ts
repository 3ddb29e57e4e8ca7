/** Fleets with faults, killed consoles and runs that go on, against hosts that others wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';
import { startRig, type Rig } from '../support/rig.ts';
import { wrongOutcomes } from '../support/wrong-outcomes.ts';

const FAULTS = fileURLToPath(new URL('../support/five-percent.yaml', import.meta.url));
const PASSWORD = 'Sealed-1';

describe('a fleet of 300 in which one host in twenty misbehaves', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({
      hosts: 300,
      make: ['--faults', FAULTS, '--latency', '5'],
      block: 74,
      controlPort: 6092,
    });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('comes to what each host is known to come to; passing trouble is tried three times, a refused password once', async () => {
    const log = join(temporaryFolder(), 'run.log');
    const words = ['scan', '-i', rig.inventory, '--json', '--timeout', '10s', '--log-file', log];
    const env = { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: temporaryFolder() };
    const { code, stdout } = await program([...words, '-vv'], { env });
    const document = JSON.parse(stdout) as ScanDocument;
    expect(code).toBe(4);
    expect(wrongOutcomes(document, rig.expected())).toEqual([]);
    const { summary } = document;
    expect(summary.judged + summary.contact + summary.skipped).toBe(300);
    const messages = new Map(
      document.hosts.map((host) => [
        host['name'],
        (host['contact'] as { message?: string } | undefined)?.message ?? '',
      ]),
    );
    for (const [name, { fault }] of Object.entries(rig.expected())) {
      const isRetried = fault === 'drops' || fault === 'quota';
      expect([name, fault, messages.get(name)?.includes('after 3 tries')]).toEqual([
        name,
        fault,
        isRetried,
      ]);
    }
    const total = await rig.total();
    expect(total['shells_left_open']).toBe(0);
    expect(total['server_errors'] ?? 0).toBe(0);
    const refused = Object.values(rig.expected()).filter(({ fault }) => fault === 'refuses');
    expect(total['auth_failures']).toBe(refused.length);
    const logged = readFileSync(log, 'utf8');
    expect(logged.match(/"msg":"host done"/g)).toHaveLength(300);
    expect(logged).toContain('"way":{"wire":"winrm-http","auth":"negotiate"}');
    expect(logged).not.toContain(PASSWORD);
  });
});

describe('a console that is killed half-way', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ hosts: 120, make: ['--latency', '20'], block: 75, controlPort: 6093 });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('loses no host that it had shown as done, and goes on with the others alone', async () => {
    const env = { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: temporaryFolder() };
    const { stdout } = await program(
      ['scan', '-i', rig.inventory, '--jsonl', '--forks', '8', '--audit-touch'],
      {
        env,
        onOutput: (text, signal) => {
          if (text.split('"host.done"').length > 50) signal('SIGKILL');
        },
      },
    );
    const lines = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n');
    const told = lines
      .map((line) => JSON.parse(line) as RunEvent)
      .flatMap((event) => (event.type === 'host.done' ? [String(event.host)] : []));
    expect(told.length).toBeGreaterThan(49);
    expect(told.length).toBeLessThan(120);
    const [run = ''] = readdirSync(join(env.PATCHWHY_STATE, 'runs'));
    const file = join(env.PATCHWHY_STATE, 'runs', run, 'evidence.ndjson');
    const kept = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    const onDisk = kept.map((line) => (JSON.parse(line) as { host: string }).host);
    expect(new Set(onDisk)).toEqual(new Set([...onDisk, ...told]));

    const ended = await program(['resume', '--json', '--audit-touch'], { env });
    const document = JSON.parse(ended.stdout) as ScanDocument;
    expect(document).toMatchObject({
      complete: true,
      summary: { hosts: 120, judged: 120, contact: 0, skipped: 0 },
    });
    const touched = new Set(
      ended.stderr
        .split('\n')
        .flatMap((line) => /^(ws-\d+) {2}.*powershell/i.exec(line)?.[1] ?? []),
    );
    expect(touched.size).toBe(120 - onDisk.length);
    expect(onDisk.filter((host) => touched.has(host))).toEqual([]);

    // The same as if nothing had happened.
    const whole = await program(['scan', '-i', rig.inventory, '--json', '--no-store'], { env });
    const causes = (scan: ScanDocument) =>
      scan.hosts.map(({ name, status, cause }) => ({ name, status, cause }));
    expect(causes(document)).toEqual(causes(JSON.parse(whole.stdout) as ScanDocument));
  });
});
