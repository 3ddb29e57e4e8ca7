/** A password that real hosts take, from every kind of source: in nothing that the program leaves behind. */
import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { temporaryFolder } from '../support/folder.ts';
import { found, textsBelow } from '../support/leaks.ts';
import { program } from '../support/program.ts';
import { startRig, type Rig } from '../support/rig.ts';

const PASSWORD = 'Sealed-1';
const BIN = fileURLToPath(new URL('../../bin/patchwhy.js', import.meta.url));

describe('a password that the hosts take', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ hosts: 8, block: 70, controlPort: 6086 });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  /** The fleet with its hosts dealt out to credentials. */
  function fleet(credentials: string, names: readonly string[]): string {
    const text = readFileSync(rig.inventory, 'utf8');
    const { hosts } = parseInventory(text, rig.inventory, () => '');
    const rows = hosts.map(({ id, address }, at) => {
      const credential = names[at % names.length] ?? '';
      return `  - { name: ${id}, address: ${address}, credential: ${credential} }`;
    });
    const file = join(temporaryFolder(), 'fleet.yaml');
    const settings = 'defaults: { winrm: { tls: never, port: 5985 } }';
    writeFileSync(file, `credentials:\n${credentials}\n${settings}\nhosts:\n${rows.join('\n')}\n`);
    return file;
  }

  test('from the environment, a file and two kinds of commands leaves no trace', async () => {
    const folder = temporaryFolder();
    const [secret, helper] = [join(folder, 'secret'), join(folder, 'helper')];
    writeFileSync(secret, PASSWORD);
    chmodSync(secret, 0o600);
    writeFileSync(
      helper,
      String.raw`#!/bin/sh
printf '%s\n%s\n' 'PATCH\Administrator' "$(cat '${secret}')"
`,
    );
    chmodSync(helper, 0o700);
    const user = String.raw`PATCH\Administrator`;
    const inventory = fleet(
      `  env: { user: '${user}', password: env:RIG_PASSWORD }
  file: { user: '${user}', password: file:${secret} }
  exec: { user: '${user}', password: exec:cat ${secret} }
  helper: exec:${helper}`,
      ['env', 'file', 'exec', 'helper'],
    );
    for (const flags of [['-vv'], ['--json'], ['--jsonl']]) {
      const state = temporaryFolder();
      const { code, stdout, stderr } = await program(
        ['scan', '-i', inventory, '--audit-touch', ...flags],
        { env: { RIG_PASSWORD: PASSWORD, PATCHWHY_STATE: state } },
      );
      expect({ code, stderr: stderr.slice(0, 300) }).toMatchObject({ code: 0 });
      expect(
        [stdout, stderr, ...textsBelow(state)].flatMap((text) => found(text, [PASSWORD])),
      ).toEqual([]);
    }
  });

  test('proven by one log-on leaves no trace', async () => {
    const inventory = fleet(
      String.raw`  env: { user: 'PATCH\Administrator', password: env:RIG_PASSWORD }`,
      ['env'],
    );
    const words = ['auth', 'test', 'env', '-i', inventory, '--host', 'ws-0001'];
    const right = await program(words, { env: { RIG_PASSWORD: PASSWORD } });
    expect(right).toMatchObject({ code: 0, stderr: '' });
    expect(right.stdout).toMatch(/^env: ok, ws-0001 takes it \(.*winrm-http, \d+ ms\)\n$/);
    const before = await rig.total();
    const wrong = await program(words, { env: { RIG_PASSWORD: 'Planted-wrong' } });
    const after = await rig.total();
    expect(wrong).toMatchObject({ code: 6, stdout: '' });
    expect((after['auth_failures'] ?? 0) - (before['auth_failures'] ?? 0)).toBe(1);
    expect(found(right.stdout + wrong.stderr, [PASSWORD, 'Planted-wrong'])).toEqual([]);
  });

  test('typed at the terminal leaves no trace', async () => {
    const inventory = fleet(String.raw`  hand: { user: 'PATCH\Administrator', password: prompt }`, [
      'hand',
    ]);
    const state = temporaryFolder();
    const words = [
      process.execPath,
      BIN,
      'scan',
      '-i',
      inventory,
      '--plain',
      '-vv',
      '--audit-touch',
    ];
    const screen = await typed(words.join(' '), state);
    expect(screen).toContain(String.raw`Password of PATCH\Administrator (credential hand): `);
    expect(screen).toMatch(/^8 hosts: /m);
    expect([screen, ...textsBelow(state)].flatMap((text) => found(text, [PASSWORD]))).toEqual([]);
  });
});

/** Runs a command at a terminal of its own, answers the question, and gives all that the terminal showed. */
function typed(command: string, state: string): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qfec', command, '/dev/null'], {
      env: { PATH, HOME, TERM: 'xterm', PATCHWHY_STATE: state },
    });
    let screen = '';
    let isAnswered = false;
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      if (isAnswered || !screen.includes('Password of')) return;
      isAnswered = true;
      child.stdin.write(`${PASSWORD}\r`);
    });
    child.once('error', reject);
    child.once('close', () => resolve(screen));
  });
}
