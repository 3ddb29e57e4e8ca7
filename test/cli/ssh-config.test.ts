import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withSshConfig } from '../../src/cli/ssh-config.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { temporaryFolder } from '../support/folder.ts';

/** A host `x` of an inventory as it is with a configuration of SSH; `settings` are those of `x`. */
function completed(config: string, settings = 'transport: ssh') {
  const file = join(temporaryFolder(), 'config');
  writeFileSync(file, config);
  const text = `
credentials:
  k: { user: admin, key: agent }
  j: { user: jumper, key: agent }
  w: { user: admin, password: env:PW }
jumps:
  jb: { host: near, credential: j, ssh: { config: ${file} }, timeouts: { connect: 20s } }
  outer: { host: far.example, credential: k, ssh: { config: none } }
defaults: { credential: k }
hosts:
  - { name: x, ssh: { config: ${file} }, ${settings} }`;
  const { hosts } = parseInventory(text, 'fleet.yaml', () => '');
  const [host] = withSshConfig(hosts);
  if (host === undefined) throw new Error('no host');
  return host;
}

function wayOf(config: string, settings?: string) {
  const { reach } = completed(config, settings);
  if (!('via' in reach)) throw new Error(JSON.stringify(reach));
  return reach.via.map(({ address, credential }) => `${address} as ${credential}`);
}

function reasonOf(config: string, settings?: string) {
  const { reach } = completed(config, settings);
  return reach.kind === 'unavailable' ? reach.reason : reach.kind;
}

describe('the ProxyJump', () => {
  test('of a host is followed, and that of its first hop too', () => {
    const config = `
Host x
  ProxyJump second
Host second
  ProxyJump first
Host first
  HostName first.example`;
    expect(wayOf(config)).toEqual(['first.example as k', 'second as k']);
  });

  test('of a hop in the middle does not count: whoever is before it is said', () => {
    const config = `
Host x
  ProxyJump first,second
Host second
  ProxyJump other`;
    expect(wayOf(config)).toEqual(['first as k', 'second as k']);
  });

  test.each(['transport: ssh, via: jb', 'transport: winrm, credential: w, via: jb'])(
    'of a jump host is followed, with the credential of that one: %s',
    (settings) => {
      const config = `
Host near
  ProxyJump door
  HostName near.example`;
      expect(wayOf(config, settings)).toEqual(['door as j', 'near.example as j']);
    },
  );

  test('of a jump host behind another one of the inventory does not count', () => {
    expect(wayOf('Host near\n ProxyJump door', 'transport: ssh, via: [outer, jb]')).toEqual([
      'far.example as k',
      'near as j',
    ]);
  });

  test('that comes back to itself is told, and nobody is contacted', () => {
    const config = `
Host x
  ProxyJump a
Host a
  ProxyJump b
Host b
  ProxyJump a`;
    expect(reasonOf(config)).toBe('its SSH configuration has jump hosts in a loop: a -> b -> a');
  });
});

test('a ProxyCommand is not run, and who has no other way is told so', () => {
  expect(reasonOf('Host x\n ProxyCommand nc')).toMatch(/^its SSH configuration has a ProxyComm/);
  const jump = 'Host near\n ProxyCommand nc';
  expect(reasonOf(jump, 'transport: ssh, via: jb')).toMatch(/^jump host jb's SSH configuration/);
  expect(wayOf(jump, 'transport: ssh, via: [outer, jb]')).toHaveLength(2);
});

test('ConnectTimeout bounds connecting and the key exchange, never the log-on', () => {
  const host = completed('Host *\n ConnectTimeout 3', 'transport: ssh, via: jb');
  expect(host.limits).toMatchObject({ dialMs: 3000, connectMs: 10_000 });
  expect(host.reach).toMatchObject({ via: [{ limits: { dialMs: 3000, connectMs: 20_000 } }] });
});
