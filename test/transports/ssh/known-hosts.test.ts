import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import {
  checkHostKey,
  fingerprintOf,
  keyType,
  preferredTypes,
} from '../../../src/transports/ssh/host-key.ts';
import { fitsPattern, KnownHosts, knownName } from '../../../src/transports/ssh/known-hosts.ts';

function newKey(): Buffer {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error || Array.isArray(parsed)) throw new Error('no key');
  return parsed.getPublicSSH();
}

const KEY = newKey();
const OTHER = newKey();

function file(...lines: string[]): KnownHosts {
  return new KnownHosts([{ file: '/home/a/.ssh/known_hosts', text: lines.join('\n') }]);
}

function line(names: string, key = KEY): string {
  return `${names} ssh-rsa ${key.toString('base64')} somebody@somewhere`;
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe('a key is found', () => {
  test.each([
    ['by name', 'ws-1.test', 'ws-1.test', 22],
    ['among others', 'a,ws-1.test,b', 'WS-1.test', 22],
    ['at another port', '[ws-1.test]:2222', 'ws-1.test', 2222],
    ['by pattern', '*.test,!db.test', 'ws-1.test', 22],
    ['by a hashed name', hashed('ws-1.test'), 'ws-1.test', 22],
    ['by a hashed name with a port', hashed('[ws-1.test]:2222'), 'ws-1.test', 2222],
    ['by address', '127.0.0.1', '127.0.0.1', 22],
  ])('%s', (_, names, host, port) => {
    const keys = file('# comment', '', line(names)).keysOf(knownName(host, port));
    expect(keys).toMatchObject([{ type: 'ssh-rsa', line: 3, isRevoked: false }]);
    expect(keys[0]?.key.equals(KEY)).toBe(true);
  });

  test.each([
    ['of another host', 'ws-2.test', 22],
    ['at another port', 'ws-1.test', 2222],
    ['that a pattern leaves out', 'db.test', 22],
  ])('not for one %s', (_, host, port) => {
    const known = file(line('ws-1.test'), line('*.test,!db.test,!ws-2.test'));
    expect(known.keysOf(knownName(host, port))).toHaveLength(0);
  });
});

describe('what a host shows', () => {
  const shown = { host: 'ws-1', port: 22, key: KEY };
  const check = (...lines: string[]) => {
    checkHostKey(shown, file(...lines).keysOf('ws-1'));
  };

  test('is let pass when it is the key it is known by', () => {
    expect(() => check(line('ws-1', OTHER), line('ws-1'))).not.toThrow();
  });

  test.each([
    ['nobody knows', [], 'HOST_KEY_UNKNOWN', /add to known_hosts: ws-1 ssh-rsa AAAA/],
    [
      'is another one',
      [line('ws-1', OTHER)],
      'HOST_KEY_CHANGED',
      /known_hosts:1 has ssh-rsa SHA256/,
    ],
    [
      'was revoked',
      [line('ws-1'), `@revoked ${line('ws-1')}`],
      'HOST_KEY_REVOKED',
      /revoked in .*:2/,
    ],
  ])('is refused when it %s', (_, lines, code, message) => {
    expect(() => check(...lines)).toThrow(
      expect.objectContaining({
        stage: 'tls',
        code,
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });

  test('is told by both fingerprints when it changed', () => {
    const both = [fingerprintOf(KEY), fingerprintOf(OTHER)];
    for (const fingerprint of both) expect(() => check(line('ws-1', OTHER))).toThrow(fingerprint);
  });
});

test('the types of keys that are known are asked for first', () => {
  const keys = file(line('ws-1')).keysOf('ws-1');
  const all = ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'];
  expect(preferredTypes(keys, all)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  expect(preferredTypes([], all)).toEqual(all);
});

test('any text is read without a throw, and no key comes of noise', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 40 }), (text, name) => {
      const keys = new KnownHosts([{ file: 'f', text }]).keysOf(name);
      expect(Array.isArray(keys)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => typeof keyType(Buffer.from(bytes)) === 'string'),
  );
});

test('patterns fit as a regular expression of the same meaning would, and never run away', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      const same = p.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
      expect(fitsPattern(p, t)).toBe(new RegExp(`^${same}$`).test(t));
    }),
  );
  expect(fitsPattern('*a'.repeat(200), 'a'.repeat(5000))).toBe(true);
  expect(fitsPattern(`${'*a'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false);
});
