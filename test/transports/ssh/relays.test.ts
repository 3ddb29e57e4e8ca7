import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import type { Jump } from '../../../src/core/host.ts';
import { Secret, type Logon } from '../../../src/core/secret.ts';
import { CredentialGate } from '../../../src/credentials/gate.ts';
import { createRelays } from '../../../src/transports/ssh/relays.ts';
import { temporaryFolder } from '../../support/folder.ts';

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
});

/** A jump host that hears a password and drops the line without an answer. */
async function droppingJump() {
  let passwords = 0;
  const server = new ssh2.Server({ hostKeys: [KEY] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'password') return context.reject(['password']);
      passwords += 1;
      // Not said good-bye: as when a firewall or a crash ends it.
      (client as unknown as { _sock: { destroy: () => void } })._sock.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const known = join(temporaryFolder(), 'known');
  const parsed = ssh2.utils.parseKey(KEY);
  if (parsed instanceof Error) throw parsed;
  const key = (Array.isArray(parsed) ? parsed[0] : parsed).getPublicSSH().toString('base64');
  writeFileSync(known, `[127.0.0.1]:${port} ssh-rsa ${key}\n`);
  const jump: Jump = {
    name: 'jb',
    address: '127.0.0.1',
    ssh: { port, knownHosts: [known] },
    credential: 'k',
    channels: 8,
    limits: { connectMs: 3000, collectMs: 3000 },
  };
  return { jump, passwords: () => passwords };
}

test('a password that a jump host never answered is not sent again, however long the run', async () => {
  const { jump, passwords } = await droppingJump();
  let now = 0;
  const logon: Logon = { kind: 'password', user: 'ops', password: new Secret('x') };
  const relays = createRelays({
    names: { find: () => Promise.resolve(['127.0.0.1']) },
    logons: new Map([['k', logon]]),
    gates: new Map([['k', new CredentialGate('k')]]),
    now: () => now,
  });
  const { signal } = new AbortController();
  for (const at of [0, 31_000, 62_000]) {
    now = at;
    await expect(relays.through([jump], 'ws-1', signal)).rejects.toMatchObject({ stage: 'relay' });
  }
  expect(passwords()).toBe(1);
  expect(relays.isResting([jump])).toBe(true);
  await relays.close();
});
