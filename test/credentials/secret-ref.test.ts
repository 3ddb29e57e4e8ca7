import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { PatchwhyError } from '../../src/core/error.ts';
import { credentialFromFlags } from '../../src/credentials/credential-spec.ts';
import { secretRef, showRef } from '../../src/credentials/secret-ref.ts';

test.each([
  ['env:PW', { kind: 'env', variable: 'PW' }, 'env:PW'],
  ['file:pw', { kind: 'file', path: '/fleets/pw' }, 'file:/fleets/pw'],
  ['file:/etc/pw', { kind: 'file', path: '/etc/pw' }, 'file:/etc/pw'],
  ['file:~/pw', { kind: 'file', path: `${homedir()}/pw` }, `file:${homedir()}/pw`],
  [
    'exec:pass show a/b',
    { kind: 'exec', command: ['pass', 'show', 'a/b'], folder: '/fleets' },
    'exec:pass',
  ],
  ['prompt', { kind: 'prompt' }, 'prompt'],
  ['keychain:acme', { kind: 'keychain', name: 'acme' }, 'keychain:acme'],
  ['vault:x#y', { kind: 'vault', path: '/fleets/x', key: 'y' }, 'vault:/fleets/x#y'],
  ['vault:~/x', { kind: 'vault', path: `${homedir()}/x` }, `vault:${homedir()}/x`],
  ['vault:#1/x#a.b', { kind: 'vault', path: '/fleets/#1/x', key: 'a.b' }, 'vault:/fleets/#1/x#a.b'],
])('%s is a reference, and shown without arguments', (text, ref, shown) => {
  const read = secretRef(text, '/fleets');
  expect(read).toEqual(ref);
  expect(read && showRef(read)).toBe(shown);
});

test.each([
  'Hunter2',
  '',
  'env:',
  'env:two words',
  'ENV:PW',
  'file:',
  'exec:',
  'exec:  ',
  'exec:"open',
  'prompt:',
  'http://x',
  ' env:PW',
])('%j is none', (text) => {
  expect(secretRef(text, '/fleets')).toBeUndefined();
});

test('a password on the command line is refused and not repeated', () => {
  const give = (): unknown =>
    credentialFromFlags('given', String.raw`ACME\svc`, { password: 'Hunter2', folder: '/' });
  expect(give).toThrow(PatchwhyError);
  expect(give).toThrow(
    expect.objectContaining({
      code: 'credentials.literal',
      exitCode: 2,
      message: expect.not.stringContaining('Hunter2'),
    }),
  );
});

test('a reference on the command line makes a credential', () => {
  expect(credentialFromFlags('given', 'u', { password: 'env:PW', folder: '/' })).toEqual({
    kind: 'password',
    name: 'given',
    user: 'u',
    password: { kind: 'env', variable: 'PW' },
  });
});
