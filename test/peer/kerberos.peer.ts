/** Kerberos against MIT's KDC and the rig's GSSAPI: tickets, keytabs, both schemes, and every way it can fail. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Secret, type Logon } from '../../src/core/secret.ts';
import type { Hello } from '../../src/transports/transport.ts';
import { backgroundDone } from '../../src/transports/winrm/background.ts';
import { freePort } from '../support/free-port.ts';
import { rigFolder } from '../support/rig.ts';
import { look, type RigHost } from './winrm/look.ts';
import { HTTP_PORT, HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

const NAMES = ['krb-1', 'krb-2', 'krb-3', 'krb-4', 'krb-5', 'krb-6', 'krb-7'];
const addressOf = (name: string): string => `127.50.0.${NAMES.indexOf(name) + 1}`;
const SETTINGS: Readonly<Record<string, object>> = {
  'krb-1': { https: true, tls: { certificate: 'ca_signed' } },
  'krb-2': { auth: ['Kerberos'] },
  'krb-3': { auth: ['Negotiate'], ntlm: false },
  'krb-4': { auth: ['Negotiate'] },
  'krb-5': { remote_users: ['nobody'] },
  'krb-7': { ntlm: false },
  'krb-6': { remote_users: ['Administrator@PATCH.TEST'] },
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

let kdcPort = '';
/** Where no KDC answers. */
let silentPort = '';

function kdc(action: 'start' | 'stop'): void {
  const names = action === 'start' ? NAMES.map((name) => `${name}=${addressOf(name)}`) : [];
  execFileSync('bash', [join(rigFolder(), 'kdc.sh'), action, join(folder, 'kdc'), ...names], {
    env: { ...process.env, KDC_PORT: kdcPort, LIMIT: '200' },
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
  kdcPort = String(await freePort());
  silentPort = String(await freePort());
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

/** With a ticket cache that is not there, and must not be afterwards. */
function cacheless(): (work: (cache: string) => Promise<void>) => Promise<void> {
  return async (work) => {
    const cache = join(folder, 'nobody-has-this');
    const restore = setVariables({ KRB5CCNAME: `FILE:${cache}` });
    try {
      await work(cache);
    } finally {
      restore();
    }
  };
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

  test('is that of the user who was named, and of nobody else', async () => {
    const named = (user: string): Logon => ({ kind: 'ticket', user });
    expect(await at('krb-2', named('Administrator@PATCH.TEST'))).toMatchObject(GOOD);
    expect(await at('krb-2', named('reader@PATCH.TEST'))).toMatchObject({
      stage: 'auth',
      code: '0x8009030E',
      message: expect.stringContaining('reader@PATCH.TEST') as string,
    });
    expect(await at('krb-4', named('reader@PATCH.TEST'), { auth: ['negotiate'] })).toMatchObject({
      code: '0x8009030E',
    });
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
  const none = cacheless();

  test('gets a ticket of its own, which stays in this process', async () => {
    await none(async (cache) => {
      expect(await at('krb-2', password('Sealed-1'))).toMatchObject({
        ...GOOD,
        way: { auth: 'kerberos' },
      });
      expect(existsSync(cache)).toBe(false);
    });
  });

  test('of DOMAIN\\user is used where the realm begins with that word, and nowhere else', async () => {
    expect(await at('krb-2', password('Sealed-1', String.raw`PATCH\Administrator`))).toMatchObject(
      GOOD,
    );
    expect(await at('krb-2', password('Sealed-1', String.raw`OTHER\Administrator`))).toMatchObject({
      stage: 'auth',
      code: 'AUTH_UNAVAILABLE',
      message: expect.stringContaining('PATCH.TEST') as string,
    });
  });

  test('signs in several accounts side by side, each as itself', async () => {
    const reader = password('Reader-1', 'reader@PATCH.TEST');
    const administrator = password('Sealed-1');
    const looks = Array.from({ length: 12 }, (_, n) =>
      at('krb-6', n % 2 === 0 ? reader : administrator),
    );
    const kinds = (await Promise.all(looks)).map((looked, n) =>
      looked.kind === 'contact' ? `${n % 2} ${looked.code}` : `${n % 2} ${looked.kind}`,
    );
    // Only one of them may open a shell there.
    expect([...new Set(kinds)].toSorted()).toEqual(['0 0x80070005', '1 evidence']);
  });

  test('that is wrong is tried once at the domain controller, for all hosts, and at no host', async () => {
    const seen = await Promise.all(['krb-1', 'krb-2', 'krb-3'].map((name) => fleet.stats(name)));
    const wrong = password('wrong');
    const auth = ['kerberos', 'negotiate'] as const;
    const looked = await Promise.all(
      ['krb-1', 'krb-2', 'krb-3', 'krb-1'].map((name) => at(name, wrong, { auth })),
    );
    for (const each of looked)
      expect(each).toMatchObject({ kind: 'contact', stage: 'auth', code: '0x8009030C' });
    const now = await Promise.all(['krb-1', 'krb-2', 'krb-3'].map((name) => fleet.stats(name)));
    expect(now.map((each) => each['requests'])).toEqual(seen.map((each) => each['requests']));
  });

  test('that has expired, and a user that nobody knows, are told apart', async () => {
    expect(await at('krb-2', password('Expired-1', 'expired@PATCH.TEST'))).toMatchObject({
      code: '0x8009030C',
      message: expect.stringContaining('expired') as string,
    });
    expect(await at('krb-2', password('x', 'nobody@PATCH.TEST'))).toMatchObject({
      code: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    });
    expect(await at('krb-2', password('x', 'nobody@NOWHERE.TEST'))).toMatchObject({
      code: '0x80090311',
      message: expect.stringContaining('NOWHERE.TEST') as string,
    });
  });

  test('goes on to NTLM where the directory does not know the host', async () => {
    const host = { auth: ['kerberos', 'negotiate'] as const, name: 'elsewhere.patch.test' };
    const looked = await at('krb-4', password('Sealed-1', String.raw`PATCH\Administrator`), host);
    expect(looked).toMatchObject({ ...GOOD, way: { auth: 'negotiate' } });
  });

  test('goes on to NTLM where the host does not take Kerberos, with one log-on that no account was named in', async () => {
    const before = (await fleet.stats('krb-4'))['auth_failures'] ?? 0;
    const looked = await at('krb-4', password('Sealed-1'), { auth: ['kerberos', 'negotiate'] });
    expect(looked).toMatchObject({ ...GOOD, way: { auth: 'negotiate' } });
    expect(((await fleet.stats('krb-4'))['auth_failures'] ?? 0) - before).toBe(1);
  });

  test('comes to Kerberos where the host refuses NTLM', async () => {
    const auth = ['negotiate', 'kerberos'] as const;
    expect(await at('krb-7', password('Sealed-1'), { auth })).toMatchObject({
      ...GOOD,
      way: { auth: 'kerberos' },
    });
  });

  test('for which no way is left says why for each, and what the host offers', async () => {
    const auth = ['kerberos', 'basic', 'negotiate'] as const;
    const looked = await at('krb-4', password('Sealed-1'), { auth: auth.slice(0, 2) });
    expect(looked).toMatchObject({
      kind: 'contact',
      stage: 'auth',
      message: expect.stringMatching(
        /kerberos: the host offers Negotiate, not Kerberos.*; basic: .*Basic/i,
      ) as string,
    });
  });
});

describe('a keytab', () => {
  const none = cacheless();
  let keytab = '';
  beforeAll(() => {
    keytab = join(folder, 'client.keytab');
    execFileSync('kadmin.local', ['-r', 'PATCH.TEST'], {
      input: `ktadd -k ${keytab} -norandkey Administrator\n`,
      env: {
        ...process.env,
        PATH: `${process.env['PATH']}:/usr/sbin`,
        KRB5_KDC_PROFILE: join(folder, 'kdc', 'kdc.conf'),
      },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  });

  test.each([
    ['by itself, with its user named', ['kerberos'], 'Administrator@PATCH.TEST', 'krb-2'],
    ['by itself, for the first user in it', ['kerberos'], '', 'krb-2'],
    ['inside SPNEGO', ['negotiate'], 'Administrator@PATCH.TEST', 'krb-4'],
  ] as const)('signs in without any cache %s', async (_, auth, user, name) => {
    await none(async (cache) => {
      expect(await at(name, { kind: 'ticket', user, keytab }, { auth })).toMatchObject(GOOD);
      expect(existsSync(cache)).toBe(false);
    });
  });

  test('that is not there, or has no key for the user, says so', async () => {
    const missing = join(folder, 'none.keytab');
    const user = 'Administrator@PATCH.TEST';
    expect(await at('krb-2', { kind: 'ticket', user, keytab: missing })).toMatchObject({
      stage: 'auth',
      code: 'AUTH_UNAVAILABLE',
      message: expect.stringContaining('none.keytab') as string,
    });
    expect(await at('krb-2', { kind: 'ticket', user: 'reader@PATCH.TEST', keytab })).toMatchObject({
      stage: 'auth',
      code: '0x8009030E',
      message: expect.stringContaining('no key for reader@PATCH.TEST') as string,
    });
  });
});

test('a host that is asked tells what it is and what it offers, also where it refuses', async () => {
  const hellos: Hello[] = [];
  const onHello = (hello: Hello): void => void hellos.push(hello);
  await at('krb-4', TICKET, { onHello });
  expect(Object.assign({}, ...hellos)).toMatchObject({
    software: expect.stringContaining('HTTPAPI') as string,
    offers: ['Negotiate'],
  });
});

test('whoever stops at any moment leaves library and process whole', async () => {
  const password: Logon = {
    kind: 'password',
    user: 'Administrator@PATCH.TEST',
    password: new Secret('Sealed-1'),
  };
  const stopped = async (ms: number): Promise<unknown> => {
    const signal = AbortSignal.timeout(ms);
    const [logon, auth] =
      ms % 2 === 0 ? [password, 'kerberos' as const] : [TICKET, 'negotiate' as const];
    const name = auth === 'kerberos' ? 'krb-2' : 'krb-4';
    return at(name, logon, { auth: [auth], signal }).then(
      ({ kind }) => kind,
      (error: unknown) => (signal.aborted ? 'stopped' : error),
    );
  };
  for (let round = 0; round < 4; round += 1) {
    const ends = await Promise.all(Array.from({ length: 60 }, (_, ms) => stopped(ms + 1)));
    expect(ends).toContain('stopped');
    expect(ends.filter((end) => end !== 'stopped' && end !== 'evidence')).toEqual([]);
  }
  expect(await at('krb-2', password)).toMatchObject(GOOD);
});

describe('a domain controller that takes the question and says nothing', () => {
  test('costs one limit, not one for each host', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const file = join(folder, 'silent.conf');
    const text = readFileSync(join(folder, 'kdc', 'krb5.conf'), 'utf8');
    writeFileSync(file, text.replaceAll(kdcPort, String(port)));
    const logon: Logon = { kind: 'password', user: 'silent@PATCH.TEST', password: new Secret('x') };
    const host = { limits: { connectMs: 1000, collectMs: 1000 } };
    const restore = setVariables({ KRB5_CONFIG: file });
    try {
      const looks = Array.from({ length: 8 }, () => at('krb-1', logon, host));
      const began = performance.now();
      for (const looked of await Promise.all(looks))
        expect(looked).toMatchObject({ stage: 'auth', code: '0x80090311' });
      // Eight limits one after the other, two at a time, would be four seconds and more.
      expect(performance.now() - began).toBeLessThan(3500);
    } finally {
      restore();
    }
  });
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
    if (code === 'TICKET_EXPIRED') await new Promise((resolve) => void setTimeout(resolve, 2100));
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
      kdcPort,
      silentPort,
    );
    writeFileSync(file, text);
    // Without a ticket for the host in the cache the KDC must be asked.
    kinit('Administrator', 'Sealed-1', cacheOf('fresh'));
    process.env['KRB5CCNAME'] = cacheOf('fresh');
    return file;
  }
});
