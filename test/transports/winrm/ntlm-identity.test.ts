import { expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import {
  accountName,
  isLocalAccount,
  passwordHash,
} from '../../../src/transports/winrm/ntlm-identity.ts';
import { vectors } from './fixtures.ts';

test('the hash of the published account is the published one, and user names are upper-cased', () => {
  const logon = {
    kind: 'password' as const,
    user: 'x',
    password: new Secret(vectors.inputs.password),
  };
  for (const user of ['User', 'uSER']) {
    const hash = passwordHash(logon, { domain: vectors.inputs.userDomain, user });
    expect(hash.toString('hex')).toBe(vectors.ntlmv2.ntowfv2);
  }
});

test('a thousand hosts of one credential make one hash', () => {
  const logon = { kind: 'password' as const, user: 'x', password: new Secret('p') };
  const first = passwordHash(logon, { domain: 'D', user: 'u' });
  expect(passwordHash(logon, { domain: 'D', user: 'u' })).toBe(first);
  expect(passwordHash(logon, { domain: 'd', user: 'u' })).not.toEqual(first);
});

test('a letter whose capital is two letters stays as it is, as on Windows', () => {
  const logon = { kind: 'password' as const, user: 'x', password: new Secret('p') };
  const sharp = passwordHash(logon, { domain: '', user: 'groß' });
  expect(sharp).toEqual(passwordHash(logon, { domain: '', user: 'GROß' }));
  expect(sharp).not.toEqual(passwordHash(logon, { domain: '', user: 'GROSS' }));
});

test.each([
  [String.raw`PATCH\Administrator`, 'PATCH', 'Administrator', false],
  ['anna@patch.test', '', 'anna@patch.test', false],
  [String.raw`.\local`, 'WS-1', 'local', true],
  ['local', '', 'local', true],
])('%s is domain "%s", user "%s"', (text, domain, user, isLocal) => {
  expect(accountName(text, 'WS-1')).toEqual({ domain, user });
  expect(isLocalAccount(text)).toBe(isLocal);
});
