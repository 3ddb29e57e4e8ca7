/** Key files written by the tools that people write them with: ssh-keygen, ktutil, openssl. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Logon } from '../../src/core/secret.ts';
import type { CredentialSpec } from '../../src/credentials/credential-spec.ts';
import { CredentialResolver } from '../../src/credentials/resolve-credential.ts';
import { temporaryFolder } from '../support/folder.ts';
import { rigFolder } from '../support/rig.ts';

const PASSPHRASE = 'Open-Sesame-4721';

function lacks(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`]);
    return false;
  } catch {
    return true;
  }
}

function resolve(spec: CredentialSpec, passphrase = PASSPHRASE): Promise<Logon> {
  return new CredentialResolver([spec], { env: { PASS: passphrase } }).resolve(spec);
}

const passphrase = { kind: 'env', variable: 'PASS' } as const;

describe.skipIf(lacks('ssh-keygen'))('keys of ssh-keygen', () => {
  const make = (words: readonly string[], phrase: string): string => {
    const path = join(temporaryFolder(), 'id');
    execFileSync('ssh-keygen', ['-q', ...words, '-N', phrase, '-f', path]);
    return path;
  };
  const spec = (path: string): CredentialSpec => ({
    kind: 'key',
    name: 'k',
    user: 'u',
    key: { path },
  });

  test.each([
    [['-t', 'ed25519']],
    [['-t', 'rsa', '-b', '2048']],
    [['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    [['-t', 'ecdsa', '-b', '384']],
    [['-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com']],
    [['-t', 'ecdsa', '-m', 'PEM']],
  ])('%j: plain, encrypted, without passphrase, with a wrong one', async (words) => {
    expect(await resolve(spec(make(words, '')))).toMatchObject({ kind: 'key' });
    const path = make(words, PASSPHRASE);
    expect(await resolve({ ...spec(path), passphrase } as CredentialSpec)).toMatchObject({
      kind: 'key',
    });
    await expect(resolve(spec(path))).rejects.toMatchObject({
      exitCode: 6,
      message: `credential "k": file:${path} is encrypted and has no passphrase`,
    });
    await expect(
      resolve({ ...spec(path), passphrase } as CredentialSpec, 'wrong'),
    ).rejects.toMatchObject({
      exitCode: 6,
      message: `credential "k": file:${path} does not open with its passphrase`,
    });
  });
});

describe.skipIf(lacks('ktutil'))('a keytab of ktutil', () => {
  test('with several principals and encryption types', async () => {
    const keytab = join(temporaryFolder(), 'svc.keytab');
    const entry = (who: string, type: string): string =>
      `addent -password -p ${who} -k 3 -e ${type}\nHunter2\n`;
    const input = `${entry('svc@ACME.EXAMPLE', 'aes256-cts-hmac-sha1-96')}${entry('svc@ACME.EXAMPLE', 'aes128-cts-hmac-sha1-96')}${entry('HTTP/web.acme.example@ACME.EXAMPLE', 'aes256-cts-hmac-sha1-96')}wkt ${keytab}\nq\n`;
    execFileSync('ktutil', { input, stdio: ['pipe', 'ignore', 'ignore'] });
    chmodSync(keytab, 0o600);
    const spec = { kind: 'ticket', name: 't', user: 'svc@ACME.EXAMPLE', keytab } as const;
    expect(await resolve(spec)).toEqual({ kind: 'ticket', user: spec.user, keytab });
    await expect(resolve({ ...spec, user: 'SVC@ACME.EXAMPLE' })).rejects.toMatchObject({
      hint: 'it has svc@ACME.EXAMPLE, HTTP/web.acme.example@ACME.EXAMPLE; case counts',
    });
  });
});

describe.skipIf(lacks('openssl'))('a certificate of openssl', () => {
  test('with an encrypted key', async () => {
    const folder = temporaryFolder();
    const [key, cert] = [join(folder, 'c.key'), join(folder, 'c.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=svc/O=Acme'];
    execFileSync(
      'openssl',
      [...words, '-keyout', key, '-out', cert, '-passout', `pass:${PASSPHRASE}`],
      { stdio: 'ignore' },
    );
    chmodSync(key, 0o600);
    const spec = { kind: 'certificate', name: 'c', certificate: cert, key: { path: key } } as const;
    expect(await resolve({ ...spec, passphrase })).toMatchObject({
      kind: 'certificate',
      user: 'O=Acme, CN=svc',
    });
    await expect(resolve(spec)).rejects.toMatchObject({
      message: `credential "c": file:${key} is encrypted and has no passphrase`,
    });
    await expect(resolve({ ...spec, passphrase }, 'wrong')).rejects.toMatchObject({
      message: `credential "c": file:${key} does not open with its passphrase`,
    });
  });
});

describe.skipIf(lacks('klist') || !process.env['PATCHWHY_RIG'])('tickets of a real KDC', () => {
  const KDC_PORT = '6088';

  test('the cache is judged before and after kinit', async () => {
    const folder = temporaryFolder();
    const kdc = join(rigFolder(), 'kdc.sh');
    execFileSync(kdc, ['start', folder], { env: { ...process.env, KDC_PORT, LIMIT: '60' } });
    onTestFinished(() => void execFileSync(kdc, ['stop', folder]));
    const env = {
      PATH: process.env['PATH'],
      KRB5_CONFIG: join(folder, 'krb5.conf'),
      KRB5CCNAME: `FILE:${join(folder, 'cache')}`,
    };
    const spec: CredentialSpec = { kind: 'ticket', name: 't' };
    const look = (): Promise<Logon> => new CredentialResolver([spec], { env }).resolve(spec);
    await expect(look()).rejects.toMatchObject({ code: 'credentials.ticket', exitCode: 6 });
    execFileSync('kinit', ['reader@PATCH.TEST'], {
      env,
      input: 'Reader-1\n',
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    expect(await look()).toEqual({ kind: 'ticket', user: '' });
    execFileSync('kdestroy', { env });
    await expect(look()).rejects.toMatchObject({ code: 'credentials.ticket' });
  });
});
