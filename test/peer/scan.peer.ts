/** The main job, end to end, against hosts that others wrote: inventory, sealed NTLM, collector, verdicts, JSON. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';
import { rigFolder, startRig, type Rig } from '../support/rig.ts';
import { wrongOutcomes } from '../support/wrong-outcomes.ts';

const PASSWORD = 'Sealed-1';
const BIN = fileURLToPath(new URL('../../bin/patchwhy.js', import.meta.url));
const schema = JSON.parse(readFileSync('schemas/scan.schema.json', 'utf8')) as object;
const isScan = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

function parsed(stdout: string): ScanDocument {
  const document = JSON.parse(stdout) as ScanDocument;
  isScan(document);
  expect(isScan.errors ?? []).toEqual([]);
  return document;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

describe('a fleet of 200 with every fault of the mix', () => {
  let rig: Rig;
  beforeAll(async () => {
    const faults = join(rigFolder(), 'samples', 'fault_mix.yaml');
    rig = await startRig({
      hosts: 200,
      make: ['--faults', faults, '--fault-share', '2', '--latency', 'lan'],
      block: 40,
      controlPort: 5991,
    });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('comes to what each host is known to come to; nothing is lost, left open or sent in clear', async () => {
    const state = temporaryFolder();
    const { code, stdout, stderr } = await program(
      ['scan', '-i', rig.inventory, '--json', '--timeout', '25s', '-v'],
      { env: { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: state } },
    );
    const document = parsed(stdout);
    expect(code).toBe(4);
    expect(document.hosts).toHaveLength(200);
    const { summary } = document;
    expect(summary.judged + summary.contact + summary.skipped).toBe(200);
    expect(wrongOutcomes(document, rig.expected())).toEqual([]);
    const total = await rig.total();
    const faults = [
      'passwords_in_clear',
      'plaintext_refused',
      'seal_errors',
      'sealed_with_token_refused',
      'server_errors',
      'shells_left_open',
    ];
    expect(faults.map((name) => [name, total[name] ?? 0])).toEqual(faults.map((name) => [name, 0]));
    for (const text of [
      stdout,
      stderr,
      ...filesBelow(state).map((file) => readFileSync(file, 'utf8')),
    ]) {
      expect(text).not.toContain(PASSWORD);
    }
    const [run = ''] = readdirSync(join(state, 'runs'));
    const again = await program([
      'scan',
      '--evidence',
      join(state, 'runs', run),
      '--json',
      '--no-store',
    ]);
    const verdicts = (scan: ScanDocument) =>
      scan.hosts
        .filter((host) => host['outcome'] !== 'skipped')
        .map(({ name, status, cause, causes, contact }) => ({
          name,
          status,
          cause,
          causes,
          contact,
        }))
        .toSorted((a, b) => String(a.name).localeCompare(String(b.name)));
    expect(verdicts(parsed(again.stdout))).toEqual(verdicts(document));
  });
});

describe('a healthy fleet', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ hosts: 60, make: ['--latency', '20'], block: 41, controlPort: 5992 });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('takes six round trips a host and leaves no shell open', async () => {
    const before = await rig.total();
    const { code, stdout } = await program(['scan', '-i', rig.inventory, '--json', '--no-store'], {
      env: { RIG_PASSWORD: PASSWORD },
    });
    expect(code).toBe(0);
    expect(parsed(stdout).summary).toMatchObject({ hosts: 60, judged: 60 });
    const after = await rig.total();
    const count = (key: string): number => (after[key] ?? 0) - (before[key] ?? 0);
    expect(count('requests')).toBe(60 * 6);
    expect(count('connections')).toBe(60);
    expect(after['shells_left_open']).toBe(0);
  });

  test('is asked by no more than three hosts when the password is wrong, and the user is told', async () => {
    const before = await rig.total();
    const { code, stdout, stderr } = await program(
      ['scan', '-i', rig.inventory, '--json', '--no-store'],
      {
        env: { RIG_PASSWORD: 'not-the-password' },
      },
    );
    const document = parsed(stdout);
    expect(code).toBe(5);
    expect(document.summary).toMatchObject({
      hosts: 60,
      judged: 0,
      contact: 3,
      skipped: 57,
      ok: 0,
      failing: 0,
    });
    expect(document.causes).toMatchObject([{ id: 'contact-auth', hostCount: 3 }]);
    expect(stderr).toContain('held back');
    expect(((await rig.total())['auth_failures'] ?? 0) - (before['auth_failures'] ?? 0)).toBe(3);
    expect(stdout + stderr).not.toContain('not-the-password');
  });

  test('stopped by Ctrl-C: whole JSON, "complete": false, 130, and no shell is left open', async () => {
    const state = temporaryFolder();
    let isStopped = false;
    const { code, stdout } = await program(
      ['scan', '-i', rig.inventory, '--json', '--forks', '4', '-v'],
      {
        env: { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: state },
        onError: (text, signal) => {
          if (isStopped || text.split('\n').length < 8) return;
          isStopped = true;
          signal('SIGINT');
        },
      },
    );
    const document = parsed(stdout);
    expect(code).toBe(130);
    expect(document.complete).toBe(false);
    expect(document.exit.reasons).toContain('interrupted');
    expect(document.summary.judged).toBeGreaterThan(0);
    expect(document.summary.skipped).toBeGreaterThan(0);
    const [run = ''] = readdirSync(join(state, 'runs'));
    const lines = readFileSync(join(state, 'runs', run, 'evidence.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(document.summary.judged);
    expect((await rig.total())['shells_left_open']).toBe(0);
  });

  test('once done keeps no other run out, though its screen is still open', async () => {
    const state = temporaryFolder();
    const words = ['scan', '-i', rig.inventory, '-l', 'ws-0001'];
    const { PATH = '', HOME = '' } = process.env;
    const screen = spawn(
      'script',
      ['-qfec', [process.execPath, BIN, ...words].join(' '), '/dev/null'],
      {
        env: { PATH, HOME, TERM: 'xterm', PATCHWHY_STATE: state, RIG_PASSWORD: PASSWORD },
      },
    );
    const left = new Promise<number | null>((resolve) => void screen.once('close', resolve));
    let shown = '';
    screen.stdout.on('data', (chunk: Buffer) => void (shown += chunk.toString()));
    await vi.waitFor(() => expect(shown).toContain('done in'), 20_000);
    const { code } = await program([...words, '--json'], {
      env: { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: state },
    });
    expect(code).toBe(0);
    screen.stdin.write('q');
    expect(await left).toBe(0);
  });

  test('by --jsonl gives each event on a line of its own, ending with run.finished', async () => {
    const { stdout } = await program(
      ['scan', '-i', rig.inventory, '--jsonl', '--no-store', '-l', 'ws-000*'],
      {
        env: { RIG_PASSWORD: PASSWORD },
      },
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq: number });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.filter(({ type }) => type === 'host.done')).toHaveLength(9);
    expect(events.at(-1)?.type).toBe('run.finished');
  });

  test('with a state folder that cannot be written goes on to the end, says so, and ends with 1', async () => {
    const state = join(temporaryFolder(), 'file');
    writeFileSync(state, '');
    const { code, stdout, stderr } = await program(
      ['scan', '-i', rig.inventory, '--json', '-l', 'ws-000*'],
      {
        env: { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: state },
      },
    );
    expect(code).toBe(1);
    expect(parsed(stdout)).toMatchObject({
      complete: true,
      exit: { reasons: ['evidence-lost'] },
      summary: { judged: 9 },
    });
    expect(stderr).toContain('not stored');
  });
});
