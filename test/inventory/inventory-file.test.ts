import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeText } from '../../src/inventory/decode-text.ts';
import type { Inventory } from '../../src/inventory/parse-inventory.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { selectHosts } from '../../src/inventory/patterns.ts';
import { failure, ids } from './inventory.ts';

const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const readText = (path: string): string => decodeText(readFileSync(path), path);

function readInventoryFile(path: string): Inventory {
  return parseInventory(readText(path), path, readText);
}

describe('inventory.example.yaml', () => {
  const example = readInventoryFile('inventory.example.yaml');

  test('shows the format without a warning', () => {
    expect(example.warnings).toEqual([]);
    expect(example.hosts).toHaveLength(39);
    expect(example.client).toBe('acme');
    expect(example.recur).toBe(3);
    expect([...example.credentials.keys()]).toEqual([
      'domain',
      'tills',
      'lab',
      'edge',
      'sshkey',
      'by-hand',
      'stored',
      'vaulted',
      'ticket',
      'client',
    ]);
  });

  test('uses every kind of label and reach that it explains', () => {
    const byName = new Map(example.hosts.map((host) => [String(host.id), host]));
    expect(byName.get('sql-01')).toMatchObject({
      address: 'sql-01.dmz.example',
      labels: {
        client: 'acme',
        site: 'milano',
        group: 'servers,pilot',
        ring: 'pilot',
        type: 'server',
        relay: 'wsus-mi01',
        tags: 'tier1,db,no-touch',
      },
    });
    expect(byName.get('till-01.acme.example')).toMatchObject({
      labels: { unit: 'retail', type: 'workstation' },
      reach: { kind: 'winrm', credential: 'tills' },
      limits: { connectMs: 20_000, collectMs: 240_000 },
    });
    expect(byName.get('kiosk-07.acme.example')?.reach.kind).toBe('ssh');
    expect(byName.get('hmi-01.plant.example')?.reach).toMatchObject({
      via: [{ name: 'jump-plant', channels: 16 }],
    });
    expect(ids(selectHosts(example.hosts, 'site:milano,!tag:no-touch', () => ''))).toHaveLength(27);
  });

  test('names nobody: hosts have documentation names and addresses (RFC 2606, RFC 5737)', () => {
    for (const { address } of example.hosts) expect(address).toMatch(/\.example$|^192\.0\.2\./);
  });
});

test('the inventory that the simulated fleet writes loads', () => {
  const { hosts, credentials } = readInventoryFile('test/inventory/rig-inventory.yaml');
  expect(hosts.map(({ id, reach }) => [id, reach.kind])).toEqual([
    ['ws-0001', 'winrm'],
    ['ws-0002', 'winrm'],
    ['ws-0003', 'ssh'],
    ['ws-0004', 'winrm'],
  ]);
  expect(hosts[0]).toMatchObject({
    address: '127.30.1.1',
    reach: { credential: 'rig', winrm: { tls: 'never', port: 5985, auth: ['negotiate'] } },
  });
  expect(hosts[1]?.reach).toMatchObject({
    winrm: { tls: 'always', port: 5986, ca: join(process.cwd(), 'test/inventory/ca.pem') },
  });
  expect(credentials.get('rig')).toMatchObject({
    user: String.raw`PATCH\Administrator`,
    password: { kind: 'env', variable: 'RIG_PASSWORD' },
  });
});

test('a list beside the inventory is read from there', () => {
  file('tills.txt', 'till-1\ntill-2\n');
  expect(ids(readInventoryFile(file('fleet.yml', 'hosts: "@tills.txt"')).hosts)).toEqual([
    'till-1',
    'till-2',
  ]);
});

test('UTF-8 with a mark and the UTF-16 of Windows PowerShell are read', () => {
  expect(ids(readInventoryFile(file('mark.yml', '\uFEFF- é1\n')).hosts)).toEqual(['é1']);
  expect(
    ids(readInventoryFile(file('utf16.yml', Buffer.from('\uFEFF- é1\r\n', 'utf16le'))).hosts),
  ).toEqual(['é1']);
});

test('a file in another encoding is refused: its names could only be guessed', () => {
  const name = file('latin1.yml', Buffer.from('- \xE91\n', 'latin1'));
  expect(failure(() => readInventoryFile(name))).toMatchObject({
    code: 'inventory.encoding',
    exitCode: 2,
    message: `${name}: this is not UTF-8 text`,
  });
});

test('a list that is not there is named, with the place that names it', () => {
  const name = file('lost.yml', 'hosts: "@lost.txt"');
  expect(failure(() => readInventoryFile(name)).message).toMatch(
    /^.*lost\.yml:1:8: the list "lost\.txt" cannot be read: ENOENT.*lost\.txt/,
  );
});
