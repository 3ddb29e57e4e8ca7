/** HTTPS and the choice of a way against real TLS: Basic, pinned and first-met certificates, both ports raced. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContactError } from '../../src/core/contact.ts';
import { Secret, type Logon } from '../../src/core/secret.ts';
import { TrustedCertificates } from '../../src/store/trusted-certificates.ts';
import { dialDirect } from '../../src/transports/dial.ts';
import type { Dial } from '../../src/transports/transport.ts';
import { backgroundDone } from '../../src/transports/winrm/background.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { program } from '../support/program.ts';
import { rigFolder } from '../support/rig.ts';
import { look, RIG_LOGON, type RigHost } from './winrm/look.ts';
import { HTTP_PORT, HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

const SETTINGS: Readonly<Record<string, object>> = {
  trusted: { https: true, tls: { certificate: 'ca_signed' } },
  selfSigned: { https: true, tls: { certificate: 'self_signed' } },
  basic: { https: true, auth: ['Basic'], tls: { certificate: 'ca_signed' } },
  strict: { https: true, cbt: 'strict', tls: { certificate: 'ca_signed' } },
  httpOnly: {},
  httpsOnly: { http: false, https: true, tls: { certificate: 'ca_signed' } },
};
const NAMES = Object.keys(SETTINGS);
const addressOf = (name: string): string => `127.51.0.${NAMES.indexOf(name) + 1}`;
const LOCAL: Logon = {
  kind: 'password',
  user: String.raw`.\localadmin`,
  password: new Secret('Local-1'),
};
const GOOD = { kind: 'evidence' };

let fleet: Fleet;
beforeAll(async () => {
  fleet = await serveFleet(
    NAMES.map((name) => ({
      name,
      address: addressOf(name),
      evidence: join(rigFolder(), 'samples', 'evidence', 'healthy.json'),
      ...SETTINGS[name],
    })),
  );
});
afterAll(() => fleet[Symbol.asyncDispose]());

async function at(name: string, host: Partial<RigHost> = {}, logon: Logon = RIG_LOGON) {
  const looked = await look(
    { address: addressOf(name), port: HTTPS_PORT, tls: 'always', ca: fleet.ca, ...host },
    logon,
  );
  await backgroundDone();
  return looked;
}

async function requests(name: string): Promise<number> {
  return (await fleet.stats(name))['requests'] ?? 0;
}

describe('Basic', () => {
  test('takes four round trips over HTTPS, and no password in clear', async () => {
    const before = await requests('basic');
    expect(await at('basic', { auth: ['basic'] }, LOCAL)).toMatchObject({
      ...GOOD,
      way: { auth: 'basic' },
    });
    expect((await requests('basic')) - before).toBe(4);
    expect((await fleet.stats('basic'))['passwords_in_clear'] ?? 0).toBe(0);
  });

  test('is never used without TLS: nothing is sent at all', async () => {
    const before = await requests('basic');
    const host = { auth: ['basic'] as const, tls: 'never' as const, port: HTTP_PORT };
    expect(await at('basic', host, LOCAL)).toMatchObject({
      kind: 'contact',
      stage: 'auth',
      code: 'AUTH_UNAVAILABLE',
    });
    expect(await requests('basic')).toBe(before);
  });

  test('with a wrong password is tried once', async () => {
    const before = (await fleet.stats('basic'))['auth_failures'] ?? 0;
    const wrong: Logon = { kind: 'password', user: 'localadmin', password: new Secret('wrong') };
    expect(await at('basic', { auth: ['basic'] }, wrong)).toMatchObject({
      stage: 'auth',
      code: '401',
    });
    expect(((await fleet.stats('basic'))['auth_failures'] ?? 0) - before).toBe(1);
  });

  test('with a wrong password under --method cmd is a refusal, and holds the credential back', async () => {
    const before = (await fleet.stats('basic'))['auth_failures'] ?? 0;
    const file = join(temporaryFolder(), 'fleet.yaml');
    writeFileSync(
      file,
      String.raw`
credentials: { local: { user: '.\localadmin', password: env:WORD } }
defaults: { credential: local, winrm: { auth: basic, tls: always, port: ${HTTPS_PORT}, ca: ${fleet.ca} } }
hosts:
${Array.from({ length: 12 }, (_, at) => `  - { name: b${at}, address: ${addressOf('basic')} }`).join('\n')}`,
    );
    const words = ['scan', '-i', file, '--json', '--no-store', '--method', 'cmd'];
    const { stdout } = await program(words, { env: { WORD: 'wrong-3' } });
    const { hosts } = JSON.parse(stdout) as ScanDocument;
    const refused = hosts.flatMap(
      (host) => (host['contact'] as { code: string } | undefined) ?? [],
    );
    expect(refused.map(({ code }) => code)).toEqual(['401', '401', '401']);
    expect(hosts.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(9);
    expect(((await fleet.stats('basic'))['auth_failures'] ?? 0) - before).toBe(3);
  });

  test.each([
    ['right', 'Local-1', 0, /^local: ok, b takes it \(basic over winrm-https, \d+ ms\)\n$/],
    ['wrong', 'wrong-2', 6, /^patchwhy: b: .*\(auth 401\)/],
  ])('is proven by auth test with a %s password, by one log-on', async (_, word, exit, said) => {
    const before = (await fleet.stats('basic'))['auth_failures'] ?? 0;
    const file = join(temporaryFolder(), 'fleet.yaml');
    writeFileSync(
      file,
      String.raw`
credentials: { local: { user: '.\localadmin', password: env:WORD } }
hosts:
  - name: b
    address: ${addressOf('basic')}
    winrm: { auth: basic, tls: always, port: ${HTTPS_PORT}, ca: ${fleet.ca} }`,
    );
    const words = ['auth', 'test', 'local', '-i', file, '--host', 'b'];
    const { code, stdout, stderr } = await program(words, { env: { WORD: word } });
    expect(stdout + stderr).toMatch(said);
    expect(code).toBe(exit);
    const burnt = ((await fleet.stats('basic'))['auth_failures'] ?? 0) - before;
    expect(burnt).toBe(exit === 0 ? 0 : 1);
  });

  test('comes after Negotiate where the host offers it alone, and no log-on is burnt on the way', async () => {
    const before = (await fleet.stats('basic'))['auth_failures'] ?? 0;
    const looked = await at('basic', { auth: ['negotiate', 'basic'] }, LOCAL);
    expect(looked).toMatchObject({ ...GOOD, way: { auth: 'basic' } });
    // The one that the rig counts for a scheme it does not offer; no account was named in it.
    expect(((await fleet.stats('basic'))['auth_failures'] ?? 0) - before).toBe(1);
  });
});

test('channel bindings satisfy a host that demands them', async () => {
  expect(await at('strict')).toMatchObject(GOOD);
});

describe('a pinned certificate', () => {
  test('is all the trust that is needed', async () => {
    const fingerprint = await fingerprintAt('selfSigned');
    expect(await pinned('selfSigned', fingerprint)).toMatchObject(GOOD);
  });

  test('that the host does not show ends the contact before anything is sent, both fingerprints told', async () => {
    const before = await requests('trusted');
    const shown = await fingerprintAt('trusted');
    const other = 'ab'.repeat(32);
    const looked = await pinned('trusted', other);
    expect(looked).toMatchObject({ stage: 'tls', code: 'CERT_CHANGED' });
    expect(JSON.stringify(looked)).toContain(shown);
    expect(JSON.stringify(looked)).toContain(other);
    expect(await requests('trusted')).toBe(before);
  });

  const pinned = (name: string, fingerprint: string) => at(name, { fingerprint });
});

describe('trust on first use', () => {
  test('is kept, told, and refuses another certificate later', async () => {
    const folder = temporaryFolder();
    const told: string[] = [];
    const store = () => new TrustedCertificates(folder, (place) => told.push(place));
    expect(await at('selfSigned', { firstUse: store() })).toMatchObject(GOOD);
    expect(await at('selfSigned', { firstUse: store() })).toMatchObject(GOOD);
    const place = `${addressOf('selfSigned')}:${HTTPS_PORT}`;
    expect(told).toEqual([place]);
    // Another machine at the same address: the same place with another fingerprint on record.
    const changed = { recall: () => Promise.resolve('cd'.repeat(32)) };
    expect(await at('selfSigned', { firstUse: changed })).toMatchObject({
      stage: 'tls',
      code: 'CERT_CHANGED',
    });
  });

  test('is not there without the flag', async () => {
    expect(await at('selfSigned')).toMatchObject({
      stage: 'tls',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});

describe('both ports', () => {
  /** The ports of WinRM lead to those of this fleet; `drops` are not answered. */
  const dial = (name: string, ...drops: number[]): Dial => {
    const direct = dialDirect([addressOf(name)]);
    return (port, limit) => {
      if (!drops.includes(port)) return direct(port === 5986 ? HTTPS_PORT : HTTP_PORT, limit);
      return new Promise((_, reject) => {
        const late = new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message: 'late' });
        setTimeout(() => reject(late), limit.ms).unref();
        limit.signal.addEventListener('abort', () => reject(late), { once: true });
      });
    };
  };
  const auto = (name: string, ...drops: number[]): Partial<RigHost> => ({
    port: 'auto',
    tls: 'auto',
    dial: dial(name, ...drops),
  });

  test.each<[string, string, number[], string]>([
    ['a trusted certificate: HTTPS', 'trusted', [], 'winrm-https'],
    ['a certificate nobody trusts: sealed messages', 'selfSigned', [], 'winrm-http'],
    ['no HTTPS: sealed messages', 'httpOnly', [], 'winrm-http'],
    ['HTTPS dropped by a firewall: sealed messages', 'trusted', [5986], 'winrm-http'],
    ['HTTP dropped by a firewall: HTTPS', 'trusted', [5985], 'winrm-https'],
    ['no HTTP: HTTPS', 'httpsOnly', [], 'winrm-https'],
  ])('with %s', async (_, name, drops, wire) => {
    expect(await at(name, auto(name, ...drops))).toMatchObject({ ...GOOD, way: { wire } });
    const counters = await fleet.stats(name);
    expect(counters['passwords_in_clear'] ?? 0).toBe(0);
    expect(counters['plaintext_refused'] ?? 0).toBe(0);
  });

  test('closed: one error that names both', async () => {
    const nobody = {
      port: 'auto' as const,
      tls: 'auto' as const,
      dial: dialDirect(['127.51.0.99']),
    };
    expect(await at('trusted', nobody)).toMatchObject({
      stage: 'tcp',
      code: 'ECONNREFUSED',
      message: expect.stringContaining('5986 and 5985') as string,
    });
  });

  test('with an untrusted HTTPS alone: the certificate is what is told', async () => {
    const looked = await at('selfSigned', auto('selfSigned', 5985));
    expect(looked).toMatchObject({ stage: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});

/** SHA-256 of what the host shows, by OpenSSL alone. */
function fingerprintAt(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const ca = new X509Certificate(readFileSync(fleet.ca)).toString();
    const socket = connectTls(
      { host: addressOf(name), port: HTTPS_PORT, ca, rejectUnauthorized: false },
      () => {
        resolve(createHash('sha256').update(socket.getPeerCertificate().raw).digest('hex'));
        socket.destroy();
      },
    );
    socket.once('error', reject);
  });
}
