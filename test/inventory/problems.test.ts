import { describe, expect, test } from 'vitest';
import { failure, parse } from './inventory.ts';

const WITH_HOST = '\nhosts: [x]\n';

describe('each mistake is named with its place and what to do', () => {
  test.each<[mistake: string, text: string, code: string, message: string, hint: string | RegExp]>([
    [
      'unknown key',
      'hosts:\n  - { name: x, credental: a }',
      'unknown-key',
      '2:16: "credental" is not a key of a host',
      'did you mean "credential"?',
    ],
    [
      'unknown key far from all',
      'defaults: { zzzzz: 1 }' + WITH_HOST,
      'unknown-key',
      '1:13: "zzzzz" is not a key of defaults',
      /^its keys are transport, winrm/,
    ],
    [
      'password at a host',
      'hosts: [{ name: x, password: Hunter2 }]',
      'unknown-key',
      '1:20: "password" is not a key of a host',
      /under credentials, as references/,
    ],
    [
      'merge key',
      'hosts: [{ name: x, <<: y }]',
      'unknown-key',
      '1:20: "<<" is not a key of a host',
      /not part of YAML 1\.2/,
    ],
    [
      'nested groups',
      'groups: { a: { children: [b] } }' + WITH_HOST,
      'unknown-key',
      '1:16: "children" is not a key of a group',
      /groups do not nest/,
    ],
    [
      'duplicate key',
      'client: a\nclient: b' + WITH_HOST,
      'duplicate-key',
      '2:1: "client" is given twice',
      /the one in line 1/,
    ],
    [
      'duplicate key in braces',
      'hosts: [{ name: x, name: y }]',
      'duplicate-key',
      '1:20: "name" is given twice',
      /line 1/,
    ],
    [
      'wrong type',
      'client: [a]' + WITH_HOST,
      'wrong-value',
      '1:9: "client" must be text, not a list',
      /./,
    ],
    [
      'hosts as a map',
      'hosts: { x: , y: }',
      'wrong-value',
      '1:8: "hosts" must be a list: a dash before each host, not a map',
      /./,
    ],
    [
      'wrong word',
      'defaults: { winrm: { tls: alway } }' + WITH_HOST,
      'wrong-value',
      '1:27: "tls" must be auto, always or never, not "alway"',
      'did you mean "always"?',
    ],
    [
      'fingerprint that is not one',
      'defaults: { winrm: { fingerprint: AB12 } }' + WITH_HOST,
      'wrong-value',
      '1:35: "fingerprint" must be the SHA-256 of a certificate: 64 hexadecimal digits, not "AB12"',
      /./,
    ],
    [
      'bad port',
      'defaults: { winrm: { port: 65536 } }' + WITH_HOST,
      'wrong-value',
      '1:28: "port" must be a port from 1 to 65535, or auto, not "65536"',
      /./,
    ],
    [
      'port in hex',
      'defaults: { winrm: { port: 0x10 } }' + WITH_HOST,
      'wrong-value',
      '1:28: "port" must be a port from 1 to 65535, or auto, not "0x10"',
      /./,
    ],
    [
      'time without unit',
      'defaults: { timeouts: { connect: 10 } }' + WITH_HOST,
      'wrong-value',
      '1:34: "connect" must be a time such as 500ms, 10s or 4m, not "10"',
      /./,
    ],
    [
      'no time at all',
      'defaults: { timeouts: { connect: 0s } }' + WITH_HOST,
      'wrong-value',
      '1:34: "connect" must be a time such as 500ms, 10s or 4m, not "0s"',
      /./,
    ],
    [
      'more than a day',
      'defaults: { timeouts: { collect: 25h } }' + WITH_HOST,
      'wrong-value',
      '1:34: "collect" must be a time such as 500ms, 10s or 4m, not "25h"',
      /./,
    ],
    [
      'recur of none',
      'defaults: { recur: 0 }' + WITH_HOST,
      'wrong-value',
      '1:20: "recur" must be a whole number from 1 to 1000000, not "0"',
      /./,
    ],
    [
      'comma in a tag',
      'hosts: [{ name: x, tags: ["a,b"] }]',
      'wrong-value',
      '1:27: "tags" must be a list of tags without commas, not "a,b"',
      /./,
    ],
    [
      'unknown credential',
      'credentials: { domain: { user: a, password: env:A } }\nhosts: [{ name: x, credential: domian }]',
      'unknown-credential',
      '2:32: credential "domian" is not defined',
      'did you mean "domain"?',
    ],
    [
      'unknown site',
      'sites: { milano: }\nhosts: [{ name: x, site: milan }]',
      'unknown-site',
      '2:26: site "milan" is not defined',
      'did you mean "milano"?',
    ],
    [
      'unknown relay',
      'sites: { milano: { relay: wsus } }' + WITH_HOST,
      'unknown-relay',
      '1:27: relay "wsus" is not defined',
      'define it under relays',
    ],
    [
      'unknown jump host',
      'relays: {}\nhosts: [{ name: x, via: jb }]',
      'unknown-jump-host',
      '2:25: jump host "jb" is not defined',
      'define it under jumps',
    ],
    [
      'jump hosts in a loop',
      'jumps:\n  a: { via: b }\n  b: { via: a }\nhosts: [x]',
      'jump-loop',
      '3:13: jump hosts in a loop: a -> b -> a',
      /take one "via" out/,
    ],
    [
      'jump hosts in a loop by a later one of a list',
      'jumps:\n  a: { via: [c, b] }\n  b: { via: [c, a] }\n  c: {}\nhosts: [x]',
      'jump-loop',
      '3:17: jump hosts in a loop: a -> b -> a',
      /take one "via" out/,
    ],
    [
      'jump hosts that lead into a loop',
      'jumps:\n  z: { via: a }\n  a: { via: a }\nhosts: [x]',
      'jump-loop',
      '3:13: jump hosts in a loop: a -> a',
      /take one "via" out/,
    ],
    [
      'host twice',
      'hosts:\n  - x\n  - y\n  - X',
      'duplicate-host',
      '4:5: host "X" is given twice',
      /the first is at \/fleets\/fleet\.yml:2$/,
    ],
    [
      'host in a range twice',
      'hosts:\n  - srv-03\n  - srv-[01:05]',
      'duplicate-host',
      '3:5: host "srv-03" is given twice',
      /fleet\.yml:2$/,
    ],
    [
      'host described twice',
      'groups:\n  a: { hosts: [{ name: x, ring: r }] }\n  b: { hosts: [{ name: x, unit: u }] }',
      'duplicate-host',
      '3:16: host "x" is given twice',
      /one place only/,
    ],
    [
      'bad range',
      'hosts:\n  - "srv-[01:24"',
      'bad-range',
      '2:5: "srv-[01:24" has a bracket without its partner',
      /\[01:24\]/,
    ],
    [
      'range and one address',
      'hosts: [{ name: "s[1:2]", address: a }]',
      'bad-range',
      '1:9: "s[1:2]" stands for 2 hosts, its address for 1',
      /same range/,
    ],
    [
      'host without name',
      'hosts: [{ address: a }]',
      'no-name',
      '1:9: a host has no name',
      /name: HOST/,
    ],
    [
      'control characters in a name',
      'hosts: ["a\\tb"]',
      'bad-name',
      '1:9: "a\\tb" is not a host name',
      /./,
    ],
    [
      'unknown version',
      'apiVersion: patchwhy/inventory/2\nnew: 1',
      'api-version',
      '1:13: this version of patchwhy reads patchwhy/inventory/1 only',
      /newer patchwhy/,
    ],
    ['no hosts', 'groups: { a: }', 'empty', '1:1: the inventory has no hosts', /./],
    ['nothing', '# nothing\n', 'empty', '1:1: the inventory is empty', /./],
    [
      'names without dashes',
      'srv-1\nsrv-2\n',
      'not-a-list',
      '1:1: this is one text, not a list of hosts',
      /dash/,
    ],
    ['broken YAML', 'hosts:\n  - [x\n  - y', 'yaml', '3:3: the indentation does not fit', /./],
    ['tab', 'hosts:\n\t- x', 'yaml', '2:1: a tab is used for indentation', 'use spaces'],
    [
      'unquoted range in brackets',
      'hosts: [s[1:2], y]',
      'yaml',
      '1:10: something is missing: a colon, a comma, a quote or a bracket',
      /a range such as a\[1:4\] needs quotes/,
    ],
    [
      'two documents',
      'hosts: [x]\n---\nhosts: [y]',
      'yaml',
      '2:1: a second document starts here',
      /./,
    ],
    ['tag', 'hosts: [!!str x]', 'tag', '1:15: tags are not allowed', /./],
    ['key that is a list', '? [a]\n: b' + WITH_HOST, 'key', '1:3: a key must be plain text', /./],
    [
      'alias of nothing',
      'hosts: [*x]',
      'alias',
      '1:9: this alias stands for nothing written before it',
      /./,
    ],
    [
      'alias inside itself',
      'hosts: &a [x, *a]',
      'alias',
      '1:15: this alias stands for nothing written before it',
      /./,
    ],
    [
      'list that is not there',
      'hosts: "@gone.txt"',
      'unreadable-list',
      '1:8: the list "gone.txt" cannot be read: no file /fleets/gone.txt',
      'relative to the inventory',
    ],
    [
      'credential without user',
      'credentials: { a: { password: env:A } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no user',
      /./,
    ],
    [
      'credential without password',
      'credentials: { a: { user: u } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no password',
      /./,
    ],
    [
      'secret without user',
      'credentials: { a: env:A }' + WITH_HOST,
      'wrong-value',
      '1:19: credential "a" has a secret and no user',
      /./,
    ],
    [
      'ticket of something else',
      'credentials: { a: { kerberos: cash } }' + WITH_HOST,
      'wrong-value',
      '1:31: credential "a" is of kerberos, but of neither cache nor keytab',
      /kerberos: cache/,
    ],
    [
      'ticket with a password',
      'credentials: { a: { kerberos: cache, password: env:A } }' + WITH_HOST,
      'wrong-value',
      '1:48: credential "a" is a Kerberos ticket, and password does not go with it',
      /two credentials/,
    ],
    [
      'keytab without a principal',
      'credentials: { a: { kerberos: keytab, keytab: file:k } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no user',
      /./,
    ],
    [
      'keytab of a user without a realm',
      'credentials: { a: { kerberos: keytab, user: svc, keytab: file:k } }' + WITH_HOST,
      'wrong-value',
      '1:45: credential "a" has a user that is no principal',
      /svc@REALM/,
    ],
    [
      'keytab that is not named',
      'credentials: { a: { kerberos: keytab, user: svc@A } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no keytab',
      /file:PATH/,
    ],
    [
      'ticket cache with a keytab',
      'credentials: { a: { kerberos: cache, keytab: file:k } }' + WITH_HOST,
      'wrong-value',
      '1:46: credential "a" takes its ticket from the cache, and has a keytab',
      /./,
    ],
    [
      'key without user',
      'credentials: { a: { key: agent } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no user',
      /./,
    ],
    [
      'key that is no file',
      'credentials: { a: { user: u, key: ~/.ssh/id } }' + WITH_HOST,
      'literal-secret',
      '1:35: credential "a" has a key that is not a file',
      /file:PATH/,
    ],
    [
      'agent with a passphrase',
      'credentials: { a: { user: u, key: agent, passphrase: env:A } }' + WITH_HOST,
      'wrong-value',
      '1:54: credential "a" has a passphrase, and the agent needs none',
      /./,
    ],
    [
      'key and password',
      'credentials: { a: { user: u, key: agent, password: env:A } }' + WITH_HOST,
      'wrong-value',
      '1:52: credential "a" is an SSH key, and password does not go with it',
      /two credentials/,
    ],
    [
      'certificate without key',
      'credentials: { a: { certificate: c.pem } }' + WITH_HOST,
      'wrong-value',
      '1:16: credential "a" has no key',
      /./,
    ],
    [
      'certificate that is in the environment',
      'credentials: { a: { certificate: env:C, key: file:k } }' + WITH_HOST,
      'wrong-value',
      '1:34: credential "a" has no certificate',
      /certificate: file:PATH/,
    ],
    [
      'passphrase of nothing',
      'credentials: { a: { user: u, password: env:A, passphrase: env:B } }' + WITH_HOST,
      'wrong-value',
      '1:59: credential "a" is a password, and passphrase does not go with it',
      /./,
    ],
    [
      'misspelt key of a credential',
      'credentials: { a: { user: u, passwrod: env:A } }' + WITH_HOST,
      'unknown-key',
      '1:30: "passwrod" is not a key of a credential',
      'did you mean "password"?',
    ],
  ])('%s', (_mistake, text, code, message, hint) => {
    const error = failure(() => parse(text));
    expect(error.message.split('\n')[0]).toContain(`/fleets/fleet.yml:${message}`);
    expect(error.code).toBe(`inventory.${code}`);
    expect(error.exitCode).toBe(2);
    expect(error.message.includes('\n') ? error.message : error.hint).toMatch(hint);
  });

  test('a mistake in a list is shown in that list', () => {
    const error = failure(() => parse('hosts: "@tills.txt"', () => 'a\nb[2:1]\n'));
    expect(error.message).toBe('tills.txt:2:1: "b[2:1]" has "[2:1]", which runs backwards');
  });
});

test('several mistakes are told at once, in the order of the file', () => {
  const error = failure(() =>
    parse(
      'defaults: { winrm: { port: 0 }, credental: a }\nhosts:\n  - { name: x, site: milan }\n  - x\nclent: acme',
    ),
  );
  expect(
    error.message
      .split('\n')
      .map((line) => line.replace(/^\/fleets\/fleet\.yml:(\d+:\d+): .*/, '$1')),
  ).toEqual(['1:28', '1:33', '3:22', '4:5', '5:1']);
  expect(error.message).toContain('"clent" is not a key of the inventory (did you mean "client"?)');
  expect(error.hint).toBe(
    'correct these 5 places, then run: patchwhy inventory check /fleets/fleet.yml',
  );
});

test('of many mistakes the first twenty are shown and the others counted', () => {
  const text = `hosts:\n${'  - { name: x, bad: 1 }\n'.repeat(30)}`;
  const lines = failure(() => parse(text)).message.split('\n');
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatch(/^and \d+ more$/);
});

test('a mistake behind an anchor is told once, however often it is used', () => {
  const text =
    'defaults: { winrm: &w { port: 0 } }\nhosts: [{ name: x, winrm: *w }, { name: y, winrm: *w }]';
  expect(failure(() => parse(text)).message).toBe(
    '/fleets/fleet.yml:1:31: "port" must be a port from 1 to 65535, or auto, not "0"',
  );
});

describe('a secret that was written out is refused and never shown', () => {
  test.each([
    'credentials: { a: { user: u, password: Hunter2! } }',
    "credentials: { a: { user: u, password: 'Hunter2!' } }",
    'credentials: { a: { user: u, password: { value: Hunter2! } } }',
    'credentials: { a: { user: u, password: [Hunter2!] } }',
    'credentials: { a: { user: u, password: !vault Hunter2! } }',
    'credentials: { a: { user: u, password: *Hunter2! } }',
    'credentials: { a: { user: u, password: !Hunter2! } }',
    'credentials: { a: { user: u, password: &Hunter2! } }',
    'credentials: { a: { user: u, password: "Hunter2!\\q" } }',
    'credentials: { a: { user: u, password: @Hunter2! } }',
    'credentials: { a: { user: u, password: %Hunter2! } }',
    'credentials: { a: { user: u, password: Hunter2! }: x } }',
    'credentials: { a: { user: u, password: env:Hunter2! } }',
    'credentials: { a: { user: u, Hunter2! } }',
    'credentials: { a: Hunter2! }',
    'credentials: Hunter2!',
    'credentials: { a: { user: u, key: agent, passphrase: Hunter2! } }',
    'credentials: { a: { user: u, key: Hunter2! } }',
    'credentials: { a: { user: u, key: file:k, passphrase: Hunter2! } }',
    'credentials: { a: { kerberos: Hunter2! } }',
    'credentials: { a: { kerberos: cache, password: Hunter2! } }',
    'credentials: { a: { kerberos: keytab, user: u@R, keytab: Hunter2! } }',
    'credentials: { a: { certificate: c.pem, key: Hunter2! } }',
    'credentials: { a: { certificate: c.pem, key: file:k, passphrase: Hunter2! } }',
    'credentials: { a: { user: u, password: exec:get "Hunter2! } }',
    'hosts: [{ name: y, password: Hunter2! }]',
    'hosts: [{ name: y, credential: { user: u, password: Hunter2! } }]',
  ])('%s', (text) => {
    const error = failure(() => parse(`${text}\n${text.startsWith('hosts') ? '' : 'hosts: [x]'}`));
    expect(error.exitCode).toBe(2);
    expect(JSON.stringify([error.message, error.hint, error.stack, error.cause])).not.toContain(
      'Hunter2',
    );
  });

  test('with a hint how to write a reference', () => {
    const error = failure(() =>
      parse('credentials: { a: { user: u, password: Hunter2! } }\nhosts: [x]'),
    );
    expect(error.code).toBe('inventory.literal-secret');
    expect(error.message).toBe(
      '/fleets/fleet.yml:1:40: credential "a" has a password that is not a reference',
    );
    expect(error.hint).toContain('env:NAME, file:PATH (mode 0600), exec:COMMAND, keychain:NAME');
  });

  test('its users are not told that the credential is missing', () => {
    const error = failure(() =>
      parse('credentials: { a: { user: u, password: x } }\nhosts: [{ name: x, credential: a }]'),
    );
    expect(error.message).not.toContain('not defined');
  });
});

describe('what would eat the machine is refused', () => {
  test('an alias bomb', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `  - &l${level + 1} [${`*l${level}, `.repeat(9)}x]`,
    );
    const error = failure(() => parse(`vars:\n  - &l0 [x]\n${levels.join('\n')}\nhosts: [y]`));
    expect(error.message).toContain('aliases blow the file up to more than 100000 values');
  });

  test('a range of a billion hosts', () => {
    expect(failure(() => parse('- ws-[1:999999999]')).message).toContain(
      'stands for more than 20000 hosts',
    );
    expect(failure(() => parse('- ws-[1:999]-[1:999]')).message).toContain(
      'stands for more than 20000 hosts',
    );
  });

  test('very many ranges', () => {
    const text = Array.from({ length: 8 }, (_, index) => `- ws-${index}-[1:20000]`).join('\n');
    expect(failure(() => parse(text)).message).toContain('more than 100000 hosts');
  });

  test('a file of many megabytes', () => {
    expect(failure(() => parse(`- ${'x'.repeat(8_000_001)}`)).code).toBe('inventory.too-large');
  });

  test('deep nesting', () => {
    expect(
      failure(() => parse(`vars: { a: ${'['.repeat(50)}${']'.repeat(50)} }\nhosts: [x]`)).code,
    ).toBe('inventory.too-deep');
  });
});
