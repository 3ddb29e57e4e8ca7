/** Kerberos against MIT's KDC and the rig's GSSAPI: tickets, keytabs, both schemes, and every way it can fail. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret, type Logon } from '../../src/core/secret.ts';
import { backgroundDone } from '../../src/transports/winrm/background.ts';
import { rigFolder } from '../support/rig.ts';
import { look, type RigHost } from './winrm/look.ts';
import { HTTP_PORT, HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

const KDC_PORT = '8853';
const NAMES = ['krb-1', 'krb-2', 'krb-3', 'krb-4', 'krb-5'];
const addressOf = (name: string): string => `127.46.0.${NAMES.indexOf(name) + 1}`;
const SETTINGS: Readonly<Record<string, object>> = {
  'krb-1': { https: true, tls: { certificate: 'ca_signed' } },
  'krb-2': { auth: ['Kerberos'] },
  'krb-3': { auth: ['Negotiate'], ntlm: false },
  'krb-4': { auth: ['Negotiate'] },
  'krb-5': { remote_users: ['nobody'] },
};
const GOOD = { kind: 'evidence' };

let folder: string;
let fleet: Fleet;

/** One by one: another object in the place of process.env would not reach the C library. */
function setVariables(variables: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.fromEntries(
    Object.keys(variables).map((name) => [name, process.env[name]]),
  );
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return () => void setVariables(before);
}

function kdc(action: 'start' | 'stop'): void {
  const names = action === 'start' ? NAMES.map((name) => `${name}=${addressOf(name)}`) : [];
  execFileSync('bash', [join(rigFolder(), 'kdc.sh'), action, join(folder, 'kdc'), ...names], {
    env: { ...process.env, KDC_PORT, LIMIT: '200' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** kinit(1) with a password on its stdin. */
function kinit(user: string, password: string, cache: string, ...words: string[]): void {
  execFileSync('kinit', [...words, '-c', cache, user], {
    input: `${password}\n`,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

const cacheOf = (name: string): string => `FILE:${join(folder, name)}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchwhy-krb-'));
  kdc('start');
  const text = readFileSync(join(folder, 'kdc', 'env'), 'utf8');
  for (const [, name = '', value] of text.matchAll(/^export (\w+)=(.*)$/gm))
    process.env[name] = value;
  kinit('Administrator', 'Sealed-1', cacheOf('ccache'));
  kinit('reader', 'Reader-1', cacheOf('reader'));
  kinit('Administrator', 'Sealed-1', cacheOf('short'), '-l', '2s');
  process.env['KRB5CCNAME'] = cacheOf('ccache');
  const evidence = join(rigFolder(), 'samples', 'evidence');
  const [document = ''] = execFileSync('ls', [evidence], { encoding: 'utf8' }).split('\n');
  fleet = await serveFleet(
    NAMES.map((name) => ({
      name,
      address: addressOf(name),
      evidence: join(evidence, document),
      ...SETTINGS[name],
    })),
  );
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  kdc('stop');
  rmSync(folder, { recursive: true, force: true });
});

const TICKET: Logon = { kind: 'ticket', user: '' };

async function at(name: string, logon: Logon = TICKET, host: Partial<RigHost> = {}) {
  const looked = await look(
    {
      address: addressOf(name),
      name: `${name}.patch.test`,
      port: HTTP_PORT,
      auth: ['kerberos'],
      ...host,
    },
    logon,
  );
  await backgroundDone();
  return looked;
}

describe('a ticket of the cache', () => {
  test('signs in by Kerberos itself, in five round trips, sealed', async () => {
    const seen = await fleet.stats('krb-2');
    expect(await at('krb-2')).toMatchObject(GOOD);
    const now = await fleet.stats('krb-2');
    expect((now['requests'] ?? 0) - (seen['requests'] ?? 0)).toBe(5);
    const wrong = ['plaintext_refused', 'seal_errors', 'sealed_with_token_refused'];
    expect(wrong.filter((name) => (now[name] ?? 0) !== 0)).toEqual([]);
  });

  test('signs in inside SPNEGO where the host offers Negotiate only', async () => {
    const seen = await fleet.stats('krb-4');
    expect(await at('krb-4', TICKET, { auth: ['negotiate'] })).toMatchObject(GOOD);
    expect(((await fleet.stats('krb-4'))['requests'] ?? 0) - (seen['requests'] ?? 0)).toBe(5);
  });

  test('signs in over HTTPS, where nothing is sealed twice', async () => {
    const host = { port: HTTPS_PORT, ca: fleet.ca, serverName: 'krb-1.patch.test' };
    expect(await at('krb-1', TICKET, host)).toMatchObject(GOOD);
  });

  test('is used where NTLM is refused, in the order of the settings', async () => {
    expect(await at('krb-3', TICKET, { auth: ['kerberos', 'negotiate'] })).toMatchObject(GOOD);
  });

  test('is enough for one host and not for another: logged on, and not allowed', async () => {
    expect(await at('krb-5')).toMatchObject({
      kind: 'contact',
      stage: 'shell',
      code: '0x80070005',
    });
  });
});

describe('a password', () => {
  const password = (text: string, user = 'Administrator@patch.test'): Logon => ({
    kind: 'password',
    user,
    password: new Secret(text),
  });

  test('gets a ticket of its own, which leaves the user’s cache alone', async () => {
    process.env['KRB5CCNAME'] = cacheOf('nobody-has-this');
    expect(await at('krb-2', password('Sealed-1'))).toMatchObject(GOOD);
    process.env['KRB5CCNAME'] = cacheOf('ccache');
  });

  test('that is wrong is tried once at the domain controller, and at the host not at all', async () => {
    const seen = await fleet.stats('krb-1');
    const looked = await at('krb-1', password('wrong'), { auth: ['kerberos', 'negotiate'] });
    expect(looked).toMatchObject({ kind: 'contact', stage: 'auth', code: '0x8009030C' });
    expect((await fleet.stats('krb-1'))['auth_failures'] ?? 0).toBe(seen['auth_failures'] ?? 0);
  });

  test('that has expired, and a user that nobody knows, are told apart', async () => {
    expect(await at('krb-2', password('Expired-1', 'expired@PATCH.TEST'))).toMatchObject({
      code: '0x8009030C',
      message: expect.stringContaining('expired') as string,
    });
    expect(await at('krb-2', password('x', 'nobody@PATCH.TEST'))).toMatchObject({
      code: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    });
  });

  test('goes on to NTLM where the directory does not know the host', async () => {
    const host = { auth: ['kerberos', 'negotiate'] as const, name: 'elsewhere.patch.test' };
    const looked = await at('krb-4', password('Sealed-1', String.raw`PATCH\Administrator`), host);
    expect(looked).toMatchObject(GOOD);
  });
});

test('a keytab signs in without any cache', async () => {
  const keytab = join(folder, 'reader.keytab');
  execFileSync('kadmin.local', ['-r', 'PATCH.TEST'], {
    input: `ktadd -k ${keytab} -norandkey Administrator\n`,
    env: {
      ...process.env,
      PATH: `${process.env['PATH']}:/usr/sbin`,
      KRB5_KDC_PROFILE: join(folder, 'kdc', 'kdc.conf'),
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  process.env['KRB5CCNAME'] = cacheOf('nobody-has-this');
  expect(
    await at('krb-2', { kind: 'ticket', user: 'Administrator@PATCH.TEST', keytab }),
  ).toMatchObject(GOOD);
  expect(
    await at('krb-2', { kind: 'ticket', user: 'a@PATCH.TEST', keytab: join(folder, 'none') }),
  ).toMatchObject({
    kind: 'contact',
    stage: 'auth',
    code: '0x8009030E',
  });
  process.env['KRB5CCNAME'] = cacheOf('ccache');
});

describe('what stands in the way is told apart, and nothing reaches the host', () => {
  const with_ = async (variables: Record<string, string>, work: () => Promise<unknown>) => {
    const restore = setVariables(variables);
    try {
      return await work();
    } finally {
      restore();
    }
  };

  test.each<[string, () => Record<string, string>, string | undefined, string, RegExp]>([
    ['no ticket', () => ({ KRB5CCNAME: cacheOf('none') }), undefined, '0x8009030E', /kinit/],
    [
      'an expired ticket',
      () => ({ KRB5CCNAME: cacheOf('short') }),
      undefined,
      'TICKET_EXPIRED',
      /expired/,
    ],
    [
      'an unknown principal',
      () => ({}),
      'nobody.patch.test',
      '0x80090303',
      /HTTP\/nobody.* nor WSMAN\/nobody/,
    ],
    ['another realm', () => ({}), 'host.other.example', '0x80090303', /realm/],
    ['no KDC', () => ({ KRB5_CONFIG: unreachable() }), 'krb-3.patch.test', '0x80090311', /port 88/],
  ])('%s', async (_, variables, name, code, message) => {
    const seen = await fleet.stats('krb-3');
    await new Promise((resolve) => void setTimeout(resolve, 2100)); // the short ticket's life
    const looked = await with_(variables(), () =>
      at('krb-3', TICKET, name === undefined ? {} : { name }),
    );
    expect(looked).toMatchObject({
      kind: 'contact',
      stage: 'auth',
      code,
      message: expect.stringMatching(message) as string,
    });
    expect((await fleet.stats('krb-3'))['requests'] ?? 0).toBe(seen['requests'] ?? 0);
  });

  function unreachable(): string {
    const file = join(folder, 'unreachable.conf');
    const text = readFileSync(join(folder, 'kdc', 'krb5.conf'), 'utf8').replaceAll(
      KDC_PORT,
      '8899',
    );
    writeFileSync(file, text);
    // Without a ticket for the host in the cache the KDC must be asked.
    kinit('Administrator', 'Sealed-1', cacheOf('fresh'));
    process.env['KRB5CCNAME'] = cacheOf('fresh');
    return file;
  }
});
