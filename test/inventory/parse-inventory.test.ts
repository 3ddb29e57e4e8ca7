import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatchwhyError } from '../../src/core/error.ts';
import { host, ids, parse } from './inventory.ts';

describe('what an inventory may look like', () => {
  test('a bare list of names is one', () => {
    expect(ids(parse('- srv-1\n- srv-2\n').hosts)).toEqual(['srv-1', 'srv-2']);
  });

  test('a map with nothing but hosts is one', () => {
    expect(ids(parse('hosts: [srv-1, { name: srv-2 }]').hosts)).toEqual(['srv-1', 'srv-2']);
  });

  test('without settings a host gets negotiate, no credential and the default limits', () => {
    expect(parse('- srv-1').hosts).toEqual([
      {
        id: 'srv-1',
        address: 'srv-1',
        labels: {},
        reach: {
          kind: 'winrm',
          credential: undefined,
          winrm: { tls: 'auto', auth: ['negotiate'], port: 'auto' },
          via: [],
        },
        limits: { connectMs: 10_000, collectMs: 240_000 },
      },
    ]);
  });

  test('JSON is one, and so is a file with Windows line ends', () => {
    expect(ids(parse('{"hosts": ["srv-1"]}').hosts)).toEqual(['srv-1']);
    expect(ids(parse('hosts:\r\n  - srv-1\r\n  - srv-2\r\n').hosts)).toEqual(['srv-1', 'srv-2']);
  });

  test('sections without content count as absent', () => {
    expect(
      ids(
        parse('defaults:\nsites: { milano: }\ngroups: { a: { hosts: }, b: }\nhosts: [srv-1]').hosts,
      ),
    ).toEqual(['srv-1']);
  });
});

describe('names stay text', () => {
  test.each([
    '08',
    '1e3',
    '0x10',
    'no',
    'on',
    'null',
    '22H2',
    '1_000',
    '12:30:45',
    '2026-11-21',
    '.5',
    'TRUE',
  ])('%s', (name) => {
    const [first] = parse(
      `groups:\n  ${name}:\n    hosts:\n      - ${name}\n    ring: ${name === 'null' ? 'x' : name}\n`,
    ).hosts;
    expect(first?.id).toBe(name);
    expect(first?.address).toBe(name);
    expect(first?.labels['group']).toBe(name);
    expect(first?.labels['ring']).toBe(name === 'null' ? 'x' : name);
  });

  test('any name in quotes comes back as it was written', () => {
    // Brackets are ranges and a leading @ is a list; control characters are refused.
    const names = fc
      .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
      .filter(
        (name) =>
          name.trim() !== '' && !/[[\]\p{Cc}\u2028\u2029]|^@/u.test(name) && name.length <= 255,
      );
    fc.assert(
      fc.property(names, (name) => {
        const quoted = [JSON.stringify(name), `'${name.replaceAll("'", "''")}'`];
        for (const text of quoted) {
          const { hosts } = parse(`hosts:\n  - { name: ${text}, address: 127.0.0.1 }\n`);
          expect(hosts[0]?.id).toBe(name);
        }
      }),
    );
  });
});

describe('nearest value wins', () => {
  const fleet = `
client: acme
defaults:
  credential: domain
  winrm: { tls: never, port: 5985, auth: [negotiate] }
  timeouts: { connect: 1s, collect: 2m }
  location: nowhere
  tags: [all]
credentials:
  domain: { user: 'ACME\\svc', password: env:A }
  local: { user: '.\\admin', password: env:B }
relays: { wsus: { kind: wsus } }
sites:
  milano: { relay: wsus, location: office, timeouts: { connect: 2s, search: 1h } }
groups:
  servers:
    site: milano
    type: server
    tags: [tier1]
    winrm: { port: 6000 }
    hosts:
      - plain
      - name: special
        address: special.dmz.example
        credential: local
        tags: [db, tier1]
        location: cellar
        winrm: { tls: always, ca: ca.pem, server_name: other.example }
        timeouts: { connect: 500ms }
hosts: [lonely]
`;

  test('a host without own values gets those of its group, its site and the defaults', () => {
    expect(host(fleet, 'plain')).toEqual({
      id: 'plain',
      address: 'plain',
      labels: {
        client: 'acme',
        site: 'milano',
        group: 'servers',
        type: 'server',
        location: 'office',
        relay: 'wsus',
        tags: 'all,tier1',
      },
      reach: {
        kind: 'winrm',
        via: [],
        credential: 'domain',
        winrm: { tls: 'never', port: 6000, auth: ['negotiate'] },
      },
      limits: { connectMs: 2000, collectMs: 120_000 },
    });
  });

  test('own values win, maps merge key by key, tags add up, paths start at the file', () => {
    expect(host(fleet, 'special')).toMatchObject({
      address: 'special.dmz.example',
      labels: { location: 'cellar', site: 'milano', tags: 'all,tier1,db' },
      reach: {
        credential: 'local',
        winrm: { tls: 'always', port: 6000, ca: '/fleets/ca.pem', serverName: 'other.example' },
      },
      limits: { connectMs: 500, collectMs: 120_000 },
    });
  });

  test('a host of no group gets the defaults', () => {
    expect(host(fleet, 'lonely').labels).toEqual({
      client: 'acme',
      location: 'nowhere',
      tags: 'all',
    });
  });

  test('a site named at the host brings the settings of that site', () => {
    const text =
      'sites: { a: { location: here }, b: { location: there } }\ndefaults: { site: a }\nhosts: [x, { name: y, site: b }]';
    expect(host(text, 'x').labels).toEqual({ site: 'a', location: 'here' });
    expect(host(text, 'y').labels).toEqual({ site: 'b', location: 'there' });
  });
});

describe('groups', () => {
  test('a host listed in two groups is in both', () => {
    const text = 'groups: { a: { ring: wide, hosts: [x, y] }, b: { tags: [t], hosts: [y] } }';
    expect(ids(parse(text).hosts)).toEqual(['x', 'y']);
    expect(host(text, 'y').labels).toEqual({ group: 'a,b', ring: 'wide', tags: 't' });
  });

  test('when two groups disagree the later one wins, with a warning that names both', () => {
    const text = 'groups: { a: { ring: wide, hosts: [x] }, b: { ring: pilot, hosts: [x] } }';
    expect(host(text, 'x').labels['ring']).toBe('pilot');
    expect(parse(text).warnings.map(({ message }) => message)).toEqual([
      'host "x" is in a and b, which disagree on ring: that of b is used, it comes last',
    ]);
  });

  test('a group with match takes in hosts by their labels and brings its own settings', () => {
    const text = `
sites: { milano: }
groups:
  pilot: { ring: pilot, match: { tags: [canary, early], site: milano } }
  one: { site: milano, hosts: [x, { name: y, tags: [early] }] }
  two: { hosts: [{ name: z, tags: [early] }] }`;
    expect(host(text, 'x').labels).toEqual({ site: 'milano', group: 'one' });
    expect(host(text, 'y').labels).toEqual({
      site: 'milano',
      group: 'pilot,one',
      ring: 'pilot',
      tags: 'early',
    });
    expect(host(text, 'z').labels).toEqual({ group: 'two', tags: 'early' });
  });

  test('match by name takes stars', () => {
    const text =
      'groups: { web: { type: server, match: { name: [web*, www] } } }\nhosts: [web1, WWW, db]';
    expect(parse(text).hosts.map(({ labels }) => labels['group'])).toEqual([
      'web',
      'web',
      undefined,
    ]);
  });
});

function readTills(path: string): string {
  const tills = '\uFEFF# tills\r\ntill-1\r\n\r\n  till-[2:3] # new\r\nno#comment';
  return path === '/fleets/lists/tills.txt' ? tills : '';
}

describe('lists in files', () => {
  test('one name a line, with comments, blank lines and ranges', () => {
    const { hosts } = parse(
      'groups: { tills: { unit: retail, hosts: "@lists/tills.txt" } }',
      readTills,
    );
    expect(ids(hosts)).toEqual(['till-1', 'till-2', 'till-3', 'no#comment']);
    expect(hosts[0]?.labels).toEqual({ group: 'tills', unit: 'retail' });
  });
});

describe('what is asked of DNS', () => {
  test.each(['http://srv-01/', 'srv 01', '-rf', '../../etc', 'user@srv-01', 'a\u202Eb'])(
    'is no %j: a host name or an address, or the host has one of its own',
    (name) => {
      const text = JSON.stringify(name);
      expect(() => parse(`hosts: [${text}]`)).toThrow(/neither a host name nor an address/);
      expect(() => parse(`hosts: [{ name: ok, address: ${text} }]`)).toThrow(/neither/);
      expect(parse(`hosts: [{ name: ${text}, address: 127.0.0.1 }]`).hosts[0]?.id).toBe(name);
    },
  );
});

describe('aliases', () => {
  test('an anchor can be used again', () => {
    const text = 'defaults: { winrm: &w { port: 6001 } }\nhosts: [{ name: x, winrm: *w }]';
    expect(host(text, 'x').reach).toMatchObject({ winrm: { port: 6001 } });
  });
});

describe('hosts that this version cannot reach say why in one line', () => {
  test.each([
    ['transport: bundle', /collector pack/],
    ['transport: fake', /transport "fake"/],
    ['credential: sshkey', /credential "sshkey" is an SSH key, which WinRM does not take/],
    ['credential: client, winrm: { tls: never }', /certificate, which needs HTTPS/],
  ])('%s', (settings, reason) => {
    const text = `
credentials:
  client: { certificate: client.pem, key: file:client.key }
  sshkey: { user: admin, key: agent }
jumps: { jump: { transport: ssh, host: jb.example, credential: sshkey } }
hosts:
  - { name: x, ${settings} }`;
    const { reach } = host(text, 'x');
    expect(reach.kind).toBe('unavailable');
    expect(reach).toHaveProperty('reason', expect.stringMatching(reason));
    expect(reach).not.toHaveProperty('reason', expect.stringContaining('\n'));
  });

  test('kerberos beside negotiate is no obstacle', () => {
    const text = 'hosts: [{ name: x, winrm: { auth: [kerberos, negotiate] } }]';
    expect(host(text, 'x').reach.kind).toBe('winrm');
  });
});

describe('ways to a host', () => {
  const text = (settings: string): string => `
credentials: { k: { user: admin, password: env:PW } }
jumps:
  inner: { host: inner.example, credential: k, via: outer, channels: 4, timeouts: { connect: 30s } }
  outer: { host: outer.example, port: 2222, credential: k, ssh: { known_hosts: known } }
hosts:
  - { name: x, credential: k, ${settings} }`;

  test('over SSH: port and files of the inventory, else those of OpenSSH', () => {
    expect(
      host(text('transport: ssh, ssh: { port: 2200, known_hosts: kh, config: none }'), 'x').reach,
    ).toEqual({
      kind: 'ssh',
      credential: 'k',
      via: [],
      ssh: { port: 2200, knownHosts: [expect.stringMatching(/[/\\]kh$/) as string] },
    });
    const { reach } = host(text('transport: ssh'), 'x');
    expect(reach).toMatchObject({
      ssh: { port: 22, config: expect.stringMatching(/\.ssh[/\\]config$/) as string },
    });
  });

  test('through jump hosts: a chain as written, each preceded by those that it is behind itself', () => {
    for (const via of ['inner', '[outer, inner]']) {
      expect(host(text(`via: ${via}`), 'x').reach).toMatchObject({
        kind: 'winrm',
        via: [
          {
            name: 'outer',
            address: 'outer.example',
            ssh: { port: 2222 },
            channels: 32,
            limits: { connectMs: 10_000 },
          },
          {
            name: 'inner',
            address: 'inner.example',
            ssh: { port: 22 },
            channels: 4,
            limits: { connectMs: 30_000 },
          },
        ],
      });
    }
  });

  test('this very machine needs no credential', () => {
    expect(host('hosts: [{ name: x, transport: local }]', 'x').reach).toEqual({ kind: 'local' });
  });

  test('WinRM settings arrive whole', () => {
    const winrm = 'winrm: { auth: [kerberos, basic], spn_host: s, endpoint: jea }';
    expect(host(text(winrm), 'x').reach).toMatchObject({
      winrm: { auth: ['kerberos', 'basic'], spnHost: 's', endpoint: 'jea' },
    });
  });

  test.each([
    ['as it is', 'ab'.repeat(32)],
    ['with colons and in capitals', 'AB:'.repeat(32).slice(0, -1)],
    ['with blanks', 'ab '.repeat(32).trim()],
  ])('a fingerprint written %s arrives as digits', (_, written) => {
    expect(host(text(`winrm: { fingerprint: "${written}" }`), 'x').reach).toMatchObject({
      winrm: { fingerprint: 'ab'.repeat(32) },
    });
  });
});

test('credentials hold references, their paths made absolute', () => {
  const { credentials } = parse(String.raw`
credentials:
  a: { user: 'ACME\svc', password: env:A }
  b: { user: x, password: file:secrets/b }
  c: exec:./logon 'two words'
  d: { user: x, password: prompt }
  e: { kerberos: cache }
  f: { kerberos: cache, user: svc@ACME.EXAMPLE }
  g: { kerberos: keytab, user: svc@ACME.EXAMPLE, keytab: file:svc.keytab }
  h: { user: x, key: agent }
  i: { user: x, key: file:keys/id, passphrase: keychain:id }
  j: { certificate: client.pem, key: file:client.key }
  k: { certificate: file:client.pem, key: file:client.key, passphrase: prompt, user: 'ACME\svc' }
  l: { user: x, password: vault:group_vars/all/vault.yml#acme.svc }
hosts: [x]`);
  expect([...credentials.values()]).toEqual([
    {
      kind: 'password',
      name: 'a',
      user: String.raw`ACME\svc`,
      password: { kind: 'env', variable: 'A' },
    },
    {
      kind: 'password',
      name: 'b',
      user: 'x',
      password: { kind: 'file', path: '/fleets/secrets/b' },
    },
    {
      kind: 'helper',
      name: 'c',
      helper: { kind: 'exec', command: ['./logon', 'two words'], folder: '/fleets' },
    },
    { kind: 'password', name: 'd', user: 'x', password: { kind: 'prompt' } },
    { kind: 'ticket', name: 'e' },
    { kind: 'ticket', name: 'f', user: 'svc@ACME.EXAMPLE' },
    { kind: 'ticket', name: 'g', user: 'svc@ACME.EXAMPLE', keytab: '/fleets/svc.keytab' },
    { kind: 'key', name: 'h', user: 'x', key: 'agent' },
    {
      kind: 'key',
      name: 'i',
      user: 'x',
      key: { path: '/fleets/keys/id' },
      passphrase: { kind: 'keychain', name: 'id' },
    },
    {
      kind: 'certificate',
      name: 'j',
      certificate: '/fleets/client.pem',
      key: { path: '/fleets/client.key' },
    },
    {
      kind: 'certificate',
      name: 'k',
      certificate: '/fleets/client.pem',
      key: { path: '/fleets/client.key' },
      passphrase: { kind: 'prompt' },
      user: String.raw`ACME\svc`,
    },
    {
      kind: 'password',
      name: 'l',
      user: 'x',
      password: { kind: 'vault', path: '/fleets/group_vars/all/vault.yml', key: 'acme.svc' },
    },
  ]);
});

test('the number of hosts that make a cause recurring is taken over', () => {
  expect(parse('defaults: { recur: 5 }\nhosts: [x]').recur).toBe(5);
  expect(parse('hosts: [x]').recur).toBeUndefined();
});

/** True when the text is an inventory or an error of ours; anything else is thrown. */
function isHandled(text: string): boolean {
  try {
    return parse(text).hosts.length > 0;
  } catch (error) {
    if (!(error instanceof PatchwhyError)) throw error;
    return error.exitCode === 2 && error.code.startsWith('inventory.');
  }
}

describe('no text makes the parser fail in another way than with an error of its own', () => {
  test('arbitrary text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(text, (text) => {
        expect(isHandled(text)).toBe(true);
      }),
    );
  });

  test('text made of the pieces of inventories', () => {
    const words = [
      'hosts',
      'groups',
      'sites',
      'credentials',
      'defaults',
      'winrm',
      'name',
      'match',
      'a',
      'b',
    ];
    const signs = [
      ': ',
      '\n',
      '\n  ',
      '\n    - ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '"',
      "'",
      '# x',
      '? ',
      '|\n',
      '~',
    ];
    const traps = [
      '__proto__',
      'constructor',
      '&a ',
      '*a',
      '!t ',
      '---\n',
      '@',
      '[1:3]',
      '%YAML 1.1\n',
      '\t',
    ];
    const text = fc.array(fc.constantFrom(...words, ...signs, ...traps), {
      maxLength: 30,
      size: 'max',
    });
    fc.assert(
      fc.property(text, (pieces) => {
        expect(isHandled(pieces.join(''))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['[', '{a: ', '- ', '? ', '"', '&a [*a, '])('%j ten thousand times', (piece) => {
    expect(isHandled(piece.repeat(10_000))).toBe(true);
  });
});
