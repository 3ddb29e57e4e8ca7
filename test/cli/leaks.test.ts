/** No secret gets out, whichever way it came in. Needs the build (`npm run build`). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { scan } from '../../src/engine/scan.ts';
import { temporaryFolder } from '../support/folder.ts';
import { found, plant, textsBelow, type Plot } from '../support/leaks.ts';
import { program, type Ended } from '../support/program.ts';
import { all, hosts, plan } from '../support/run.ts';
import { fakeHost } from '../transports/winrm/fake-host.ts';

/** Hosts that look at every credential, and refuse it. */
async function plot(): Promise<Plot & { readonly inventory: string }> {
  const { port } = await fakeHost();
  const planted = plant(temporaryFolder());
  const inventory = join(planted.folder, 'fleet.yaml');
  const hosts = planted.names.map(
    (name) => `  - { name: ws-${name}, address: 127.0.0.1, credential: ${name} }`,
  );
  writeFileSync(
    inventory,
    `credentials:${planted.credentials}
defaults: { winrm: { port: ${port}, tls: auto } }
hosts:
${hosts.join('\n')}
`,
  );
  return { ...planted, inventory };
}

async function leaksOf(
  { env, secrets, seenByHelper }: Plot,
  words: readonly string[],
  more: Record<string, string> = {},
): Promise<{ ended: Ended; leaks: readonly string[]; state: string }> {
  const state = temporaryFolder();
  const ended = await program(words, { env: { ...env, PATCHWHY_STATE: state, ...more } });
  const texts = [ended.stdout, ended.stderr, ...textsBelow(state), seenByHelper()];
  return { ended, state, leaks: texts.flatMap((text) => found(text, secrets)) };
}

test('the search finds what is planted: in clear, encoded, and in wide characters', () => {
  const secret = 'Planted-4711';
  const texts = [
    `a ${secret} b`,
    `Basic ${Buffer.from(secret).toString('base64')}`,
    Buffer.from(`${secret}x`, 'utf16le').toString('hex'),
    Buffer.from(secret, 'utf16le').toString('latin1'),
  ];
  for (const text of texts) expect(found(text, [secret])).toEqual([secret]);
  expect(found('Planted-4712', [secret])).toEqual([]);
});

describe('a scan with a secret in every kind of source leaves none', () => {
  test.each([
    ['a table', ['-vv', '--audit-touch']],
    ['one document', ['--json', '-vv', '--audit-touch']],
    ['events', ['--jsonl', '-v', '--audit-touch']],
  ])('in %s, nor in the stored run, nor with a child', async (_what, flags) => {
    const it = await plot();
    const { ended, leaks, state } = await leaksOf(it, ['scan', '-i', it.inventory, ...flags]);
    expect(leaks).toEqual([]);
    // It did come so far that each was used, and something was written that could have held them.
    expect(ended.code).toBe(5);
    for (const name of it.names) expect(ended.stdout).toContain(`ws-${name}`);
    expect(textsBelow(state).length).toBeGreaterThan(0);
    expect(it.seenByHelper()).toContain('helper.mjs');
  });
});

describe('other commands', () => {
  test.each([
    ['auth list', ['auth', 'list']],
    ['auth test', ['auth', 'test', 'client']],
    ['auth test with a host', ['auth', 'test', 'exec', '--host', 'ws-exec']],
  ])('%s leaves none', async (_what, words) => {
    const it = await plot();
    writeFileSync(join(it.folder, 'seen'), '');
    const { ended, leaks } = await leaksOf(it, [...words, '-i', it.inventory]);
    expect(leaks).toEqual([]);
    expect(`${ended.stdout}${ended.stderr}`).toMatch(/client|ws-exec/);
  });
});

describe('a fault of ours that quotes the secrets leaves none', () => {
  test('in the run that goes on', async () => {
    const secret = new Secret('Planted-fault-4719');
    const source = { look: () => Promise.reject(new TypeError(`not ${secret.reveal()}`)) };
    const events = JSON.stringify(await all(scan(plan({ hosts: hosts(1), source }))));
    expect(events).toContain('internal error: not ‹secret›');
    expect(found(events, [secret.reveal()])).toEqual([]);
  });

  test('on the screen and in the crash file, when nothing catches it', async () => {
    const it = await plot();
    const bomb = join(it.folder, 'bomb.mjs');
    // What the program knows by the time it connects, and nobody else has named.
    const known = it.secrets.filter((secret) => !/unused|ours|prompt/.test(secret));
    writeFileSync(
      bomb,
      `import { Socket } from 'node:net';
const fault = () => new TypeError(${JSON.stringify(`it went wrong with ${known.join(' and ')}`)});
Socket.prototype.connect = () => process.nextTick(() => { throw fault(); });
`,
    );
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(bomb).href}` };
    const words = ['scan', '-i', it.inventory, '-vv', '--json'];
    const { ended, leaks, state } = await leaksOf(it, words, env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('internal error: it went wrong with ‹secret› and ‹secret›');
    expect(textsBelow(state).join('\n')).toContain('it went wrong with ‹secret›');
    expect(leaks).toEqual([]);
  });
});
