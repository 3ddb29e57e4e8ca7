import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientConfig, jumpOf } from '../../../src/transports/ssh/client-config.ts';
import { temporaryFolder } from '../../support/folder.ts';

const HOME = { home: '/home/anna', user: 'anna', read: () => [] };

function settings(text: string, host = 'ws-1', read: (pattern: string) => string[] = () => []) {
  return new ClientConfig(text, { ...HOME, read }).settingsFor(host);
}

test('what holds for a host is taken, the first value winning, keys adding up', () => {
  const text = `
# a comment
Host ws-1 !ws-9
  HostName ws-1.lab.example
  Port 2222
  IdentityFile ~/.ssh/lab
Host ws-*
  Port 9
  User admin
  IdentityFile %d/keys/%h
  ProxyJump jb@jump.example:2200,inner
  ConnectTimeout 7
  UserKnownHostsFile ~/.ssh/lab_hosts /etc/lab
  HostKeyAlias lab
Host other
  User nobody
`;
  expect(settings(text)).toEqual({
    hostName: 'ws-1.lab.example',
    port: 2222,
    user: 'admin',
    identityFiles: ['/home/anna/.ssh/lab', '/home/anna/keys/ws-1.lab.example'],
    jumps: ['jb@jump.example:2200', 'inner'],
    connectTimeoutMs: 7000,
    knownHosts: ['/home/anna/.ssh/lab_hosts', '/etc/lab'],
    hostKeyAlias: 'lab',
    hasProxyCommand: false,
  });
});

test.each([
  ['Host *\n ProxyJump none', { jumps: [] }],
  ['Host *\n ProxyCommand nc %h %p', { hasProxyCommand: true }],
  ['Host *\n ProxyCommand none', { hasProxyCommand: false }],
  ['Match all\n Port 7', { port: 7 }],
  ['Match host ws-*\n Port 7', { port: 7 }],
  ['Host * !ws-1\n Port 7\nHost *\n Port 8', { port: 8 }],
  ['Host *\n Port nonsense', {}],
  ['PORT=7', { port: 7 }],
])('%j is read as ssh reads it', (text, wanted) => {
  expect(settings(text)).toMatchObject(wanted);
});

test('included files count where they are included', () => {
  const read = (pattern: string): string[] =>
    pattern === 'lab.d/*' ? ['Host ws-1\n User lab', 'Port 7'] : [];
  expect(settings('Include lab.d/*\nUser late', 'ws-1', read)).toMatchObject({
    user: 'lab',
    port: 7,
  });
});

test('files that include each other end', () => {
  expect(settings('Include again', 'x', () => ['Include again\nPort 7'])).toMatchObject({
    port: 7,
  });
});

describe('nothing is ever started', () => {
  test.each([
    'Match exec "touch MARK"\n Port 7',
    'CanonicalizeHostname yes\nMatch exec "touch MARK"\n User x',
  ])('%j', (text) => {
    const mark = join(temporaryFolder(), 'mark');
    const found = settings(text.replace('MARK', mark));
    expect(existsSync(mark)).toBe(false);
    expect(found.port).toBeUndefined();
    expect(found.user).toBeUndefined();
  });
});

test.each([
  ['jb', { host: 'jb' }],
  ['anna@jb:2200', { user: 'anna', host: 'jb', port: 2200 }],
  ['[::1]:22', { host: '::1', port: 22 }],
  ['a b', undefined],
  ['', undefined],
])('%j as a hop is %j', (text, hop) => {
  expect(jumpOf(text)).toEqual(hop);
});

test('any text is read, or refused with an error, within bounds', () => {
  const words = fc.constantFrom(
    'Host',
    'Match',
    'all',
    'exec',
    'Port',
    '22',
    '*',
    '!x',
    '"',
    '=',
    '\n',
    ' ',
    '%h',
    '#',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(words, fc.string({ maxLength: 10 })), { maxLength: 60 }),
      (parts) => {
        expect(isReadOrRefused(parts.join(' '))).toBe(true);
      },
    ),
  );
  expect(() => new ClientConfig('x'.repeat(2_000_000), HOME)).toThrow(/larger/);
});

function isReadOrRefused(text: string): boolean {
  try {
    return Array.isArray(settings(text).identityFiles);
  } catch (error) {
    return error instanceof Error;
  }
}
