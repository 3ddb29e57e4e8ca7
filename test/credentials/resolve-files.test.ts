import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import type { Logon } from '../../src/core/secret.ts';
import { certificateSubject } from '../../src/credentials/client-certificate.ts';
import type { CredentialSpec } from '../../src/credentials/credential-spec.ts';
import { keytabPrincipals } from '../../src/credentials/keytab.ts';
import type { SecretIo } from '../../src/credentials/read-secret.ts';
import { CredentialResolver } from '../../src/credentials/resolve-credential.ts';
import { secretRef } from '../../src/credentials/secret-ref.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ownCertificate } from '../transports/winrm/own-certificate.ts';

const PASSPHRASE = 'Open-Sesame-é';
const io: SecretIo = { env: { PASS: PASSPHRASE, WRONG: 'Open-Barley' } };

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function withPassphrase(ref: string | undefined): {
  passphrase?: ReturnType<typeof secretRef> & {};
} {
  const passphrase = ref === undefined ? undefined : secretRef(ref, '/');
  return passphrase === undefined ? {} : { passphrase };
}

const keySpec = (path: string, passphrase?: string): CredentialSpec => ({
  kind: 'key',
  name: 'sshkey',
  user: 'admin',
  key: { path },
  ...withPassphrase(passphrase),
});

const resolve = (spec: CredentialSpec, from = io): Promise<Logon> =>
  new CredentialResolver([spec], from).resolve(spec);

const failureOf = (spec: CredentialSpec, from = io): Promise<unknown> =>
  resolve(spec, from).then(
    (logon) => {
      throw new Error(`it resolved to ${inspect(logon)}`);
    },
    (error: unknown) => error,
  );

const plain = ssh2.utils.generateKeyPairSync('ed25519');
const locked = ssh2.utils.generateKeyPairSync('ed25519', {
  passphrase: PASSPHRASE,
  cipher: 'aes256-ctr',
  rounds: 1,
});
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pem = rsa.export({ type: 'pkcs1', format: 'pem' }).toString();
const lockedPem = rsa
  .export({
    type: 'pkcs1',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: PASSPHRASE,
  })
  .toString();
const lockedPkcs8 = rsa
  .export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSPHRASE,
  })
  .toString();

describe('an SSH key', () => {
  test.each([
    ['in the form of OpenSSH', plain.private, undefined],
    ['in PEM', pem, undefined],
    ['encrypted, in the form of OpenSSH', locked.private, 'env:PASS'],
    ['encrypted, in PEM', lockedPem, 'env:PASS'],
  ])('%s is read, and never printed', async (_form, text, passphrase) => {
    const path = file('id', text);
    const logon = await resolve(keySpec(path, passphrase));
    if (logon.kind !== 'key' || logon.key === 'agent') throw new Error('no key');
    expect(logon).toMatchObject({ user: 'admin', key: { path } });
    expect(logon.key.text.reveal()).toBe(text);
    expect(logon.passphrase?.reveal()).toBe(passphrase && PASSPHRASE);
    const printed = `${inspect(logon, { depth: 9, showHidden: true })} ${JSON.stringify(logon)}`;
    expect(printed).not.toMatch(/PRIVATE KEY|Sesame/);
  });

  test('without encryption needs no passphrase: nobody is asked for it', async () => {
    const logon = await resolve(keySpec(file('id', plain.private), 'prompt'));
    expect(logon).not.toHaveProperty('passphrase');
  });

  test('is asked for its passphrase by its path', async () => {
    const asked: string[] = [];
    const path = file('id', locked.private);
    await resolve(keySpec(path, 'prompt'), {
      ...io,
      ask: async (question) => {
        asked.push(question);
        return PASSPHRASE;
      },
    });
    expect(asked).toEqual([`Passphrase of ${path} (credential sshkey): `]);
  });

  test.each<
    [what: string, text: string, passphrase: string | undefined, reason: RegExp, hint: RegExp]
  >([
    [
      'encrypted, without passphrase',
      locked.private,
      undefined,
      /is encrypted and has no passphrase/,
      /passphrase: prompt or env:NAME, or use the agent/,
    ],
    [
      'encrypted PEM, without passphrase',
      lockedPem,
      undefined,
      /is encrypted and has no passphrase/,
      /./,
    ],
    [
      'with a wrong passphrase',
      locked.private,
      'env:WRONG',
      /does not open with its passphrase/,
      /ssh-keygen -y/,
    ],
    [
      'PEM with a wrong passphrase',
      lockedPem,
      'env:WRONG',
      /does not open with its passphrase/,
      /./,
    ],
    ['in PKCS #8', lockedPkcs8, 'env:PASS', /is in PKCS #8 form/, /ssh-keygen -p/],
    ['that is public', plain.public, undefined, /is a public key/, /private/],
    ['that is none', 'Hunter2', undefined, /is not a private key/, /ssh-keygen -l/],
    [
      'cut off',
      locked.private.slice(0, 100),
      'env:PASS',
      /is not a private key|does not open/,
      /./,
    ],
  ])('%s is told before any contact', async (_what, text, passphrase, reason, hint) => {
    const path = file('id', text);
    const error = await failureOf(keySpec(path, passphrase));
    expect(error).toMatchObject({
      exitCode: 6,
      code: 'credentials.key',
      message: expect.stringMatching(reason),
      hint: expect.stringMatching(hint),
    });
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining(`credential "sshkey": file:${path} `),
    );
    expect(inspect(error)).not.toMatch(/Hunter2|Sesame|Barley|PRIVATE/);
  });

  test('that is missing, or that others can read', async () => {
    expect(await failureOf(keySpec('/none/id'))).toMatchObject({
      exitCode: 6,
      message: 'credential "sshkey": file:/none/id cannot be read (ENOENT)',
    });
    expect(await failureOf(keySpec(file('id', plain.private, 0o644)))).toMatchObject({
      message: expect.stringContaining('can be read by others (mode 0644)'),
      hint: expect.stringContaining('chmod 600'),
    });
  });

  test('that is missing is told before anybody types its passphrase', async () => {
    const ask = (): Promise<string> => Promise.reject(new Error('asked'));
    expect(await failureOf(keySpec('/none/id', 'prompt'), { ...io, ask })).toMatchObject({
      code: 'credentials.key',
    });
  });

  test('with nobody to ask for its passphrase', async () => {
    expect(await failureOf(keySpec(file('id', locked.private), 'prompt'))).toMatchObject({
      code: 'credentials.no-input',
      message: 'credential "sshkey": its passphrase is asked for, and nobody can be asked here',
    });
  });
});

describe.skipIf(process.platform === 'win32')('the SSH agent', () => {
  const agent: CredentialSpec = { kind: 'key', name: 'sshkey', user: 'admin', key: 'agent' };

  test('is used where its socket is', async () => {
    const env = { SSH_AUTH_SOCK: file('socket', '') };
    expect(await resolve(agent, { env })).toEqual({ kind: 'key', user: 'admin', key: 'agent' });
  });

  test.each([
    [{}, 'no SSH agent is running (SSH_AUTH_SOCK is not set)'],
    [{ SSH_AUTH_SOCK: '' }, 'no SSH agent is running (SSH_AUTH_SOCK is not set)'],
    [{ SSH_AUTH_SOCK: '/none/agent' }, 'the SSH agent at /none/agent is gone'],
  ])('that is not there is told: %j', async (env, reason) => {
    expect(await failureOf(agent, { env })).toMatchObject({
      code: 'credentials.agent',
      exitCode: 6,
      message: `credential "sshkey": ${reason}`,
      hint: expect.stringContaining('ssh-add'),
    });
  });
});

/** Made by ktutil of MIT Kerberos 1.20 for svc@ACME.EXAMPLE. */
const KEYTAB = Buffer.from(
  '0502000000460001000c41434d452e4558414d504c450003737663000000016b08943701001200208c1cdb63b96bd0176236003e6d8efafd5f5e6831e068fec76c996bf4b80456e400000001',
  'hex',
);

describe('a keytab', () => {
  const spec = (keytab: string, user = 'svc@ACME.EXAMPLE'): CredentialSpec => ({
    kind: 'ticket',
    name: 'ticket',
    user,
    keytab,
  });

  test('with a key of the user is named for use', async () => {
    const keytab = file('svc.keytab', KEYTAB);
    expect(await resolve(spec(keytab))).toEqual({
      kind: 'ticket',
      user: 'svc@ACME.EXAMPLE',
      keytab,
    });
  });

  test('with a hole where an entry was removed', () => {
    const hole = Buffer.from('fffffffc00000000', 'hex');
    expect(keytabPrincipals(Buffer.concat([KEYTAB, hole, KEYTAB.subarray(2)]))).toEqual([
      'svc@ACME.EXAMPLE',
    ]);
  });

  test.each<[what: string, keytab: () => string, user: string, message: RegExp, hint: RegExp]>([
    [
      'missing',
      () => '/none/k',
      'svc@ACME.EXAMPLE',
      /file:\/none\/k cannot be read \(ENOENT\)/,
      /check/,
    ],
    [
      'open to others',
      () => file('k', KEYTAB, 0o644),
      'svc@ACME.EXAMPLE',
      /can be read by others/,
      /chmod 600/,
    ],
    ['no keytab', () => file('k', 'Hunter2'), 'svc@ACME.EXAMPLE', /is not a keytab/, /klist -k/],
    [
      'cut off',
      () => file('k', KEYTAB.subarray(0, 40)),
      'svc@ACME.EXAMPLE',
      /is not a keytab/,
      /klist -k/,
    ],
    [
      'of somebody else',
      () => file('k', KEYTAB),
      'web@ACME.EXAMPLE',
      /has no key of web@ACME\.EXAMPLE/,
      /it has svc@ACME\.EXAMPLE/,
    ],
    [
      'without keys',
      () => file('k', KEYTAB.subarray(0, 2)),
      'svc@ACME.EXAMPLE',
      /has no key of/,
      /no keys at all/,
    ],
  ])('that is %s is told', async (_what, keytab, user, message, hint) => {
    expect(await failureOf(spec(keytab(), user))).toMatchObject({
      exitCode: 6,
      code: 'credentials.keytab',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('of any bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, cut) => {
        const keytab = Buffer.concat([cut ? KEYTAB.subarray(0, 2) : KEYTAB, bytes]);
        const principals = keytabPrincipals(keytab);
        expect(principals === undefined || principals.every((name) => name.includes('@'))).toBe(
          true,
        );
      }),
    );
  });
});

describe.skipIf(process.platform === 'win32')('the ticket cache', () => {
  const spec: CredentialSpec = { kind: 'ticket', name: 'ticket' };

  /** A klist that ends as told, and the environment that finds it. */
  function klist(code: number): NodeJS.ProcessEnv {
    const path = file('klist', `#!/bin/sh\n[ "$1" = -s ] && exit ${code}\n`, 0o700);
    return { PATH: dirname(path) };
  }

  test.each([
    ['with a ticket', () => klist(0)],
    ['of which nobody knows: there is no klist', () => ({ PATH: temporaryFolder() })],
    ['of which nobody knows: klist fails', () => klist(127)],
  ])('%s is used', async (_what, env) => {
    expect(await resolve(spec, { env: env() })).toEqual({ kind: 'ticket', user: '' });
  });

  test('without a ticket is told before any contact', async () => {
    expect(await failureOf(spec, { env: klist(1) })).toMatchObject({
      code: 'credentials.ticket',
      exitCode: 6,
      message: 'credential "ticket": there is no Kerberos ticket, or it has expired',
      hint: 'get one: kinit USER@REALM; klist shows what there is',
    });
  });
});

describe('a client certificate', () => {
  const { cert, key } = ownCertificate('svc-patch');
  const lockedKey = createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString();
  const spec = (certificate: string, key: string, passphrase?: string): CredentialSpec => ({
    kind: 'certificate',
    name: 'client',
    certificate,
    key: { path: key },
    ...withPassphrase(passphrase),
  });

  test.each([
    ['with a key', key, undefined],
    ['with an encrypted key', lockedKey, 'env:PASS'],
  ])('%s is read, and the key never printed', async (_what, key, passphrase) => {
    const logon = await resolve(spec(file('c.pem', cert, 0o644), file('c.key', key), passphrase));
    expect(logon).toMatchObject({ kind: 'certificate', user: 'CN=svc-patch', certificate: cert });
    if (logon.kind !== 'certificate') throw new Error('no certificate');
    expect(logon.key.reveal()).toBe(key);
    expect(inspect(logon, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE KEY|Sesame/);
  });

  test.each<
    [what: string, cert: string, key: string, passphrase: string | undefined, message: RegExp]
  >([
    ['no certificate', 'Hunter2', key, undefined, /c\.pem is not a certificate in PEM/],
    ['a key that is none', cert, 'Hunter2', undefined, /c\.key is not a private key in PEM/],
    [
      'a key of another one',
      cert,
      ownCertificate('x').key,
      undefined,
      /c\.key belongs to another certificate/,
    ],
    [
      'an encrypted key without passphrase',
      cert,
      lockedKey,
      undefined,
      /c\.key is encrypted and has no passphrase/,
    ],
    [
      'a wrong passphrase',
      cert,
      lockedKey,
      'env:WRONG',
      /c\.key does not open with its passphrase/,
    ],
  ])('%s is told before any contact', async (_what, cert, key, passphrase, message) => {
    const error = await failureOf(spec(file('c.pem', cert), file('c.key', key), passphrase));
    expect(error).toMatchObject({ exitCode: 6, message: expect.stringMatching(message) });
    expect(inspect(error)).not.toMatch(/Hunter2|Sesame|Barley|PRIVATE/);
  });

  test.each([
    ['expired', 3, /^has expired on \d{4}-\d\d-\d\d$/],
    ['not yet valid', -3, /^is valid only from \d{4}-\d\d-\d\d on$/],
  ])('that is %s is told', (_what, days, reason) => {
    const now = new Date(Date.now() + days * 86_400_000);
    expect(certificateSubject(cert, now)).toMatchObject({ reason: expect.stringMatching(reason) });
  });
});
