import { expect, test } from 'vitest';
import { hostsFromArguments } from '../../src/inventory/from-arguments.ts';
import { failure, ids } from './inventory.ts';

const read = (path: string): string => (path === '-' ? 'from-stdin # one\n' : `from-${path}\n`);

test('[NIN-27] a single name is a host, without any file', () => {
  expect(hostsFromArguments(['srv-1'], { credential: 'given' }, read)).toEqual([
    {
      id: 'srv-1',
      address: 'srv-1',
      labels: {},
      reach: {
        kind: 'winrm',
        credential: 'given',
        winrm: { tls: 'auto', auth: ['negotiate'], port: 'auto' },
        via: [],
      },
      limits: { connectMs: 10_000, collectMs: 240_000 },
    },
  ]);
});

test('ranges, lists and stdin give names, and each counts once', () => {
  const names = ['a[1:2]', '@list', '-', 'A1', 'fe80::1'];
  expect(ids(hostsFromArguments(names, { credential: undefined }, read))).toEqual([
    'a1',
    'a2',
    'from-list',
    'from-stdin',
    'fe80::1',
  ]);
});

test('settings from the command line hold for all', () => {
  const [host] = hostsFromArguments(
    ['x'],
    { credential: 'c', winrm: { port: 6000 }, limits: { connectMs: 5 } },
    read,
  );
  expect(host).toMatchObject({
    reach: { winrm: { port: 6000, tls: 'auto' } },
    limits: { connectMs: 5, collectMs: 240_000 },
  });
});

test('no hosts and a bad range are errors', () => {
  expect(failure(() => hostsFromArguments([], { credential: 'c' }, read)).code).toBe(
    'inventory.empty',
  );
  expect(failure(() => hostsFromArguments(['a[2:1]'], { credential: 'c' }, read)).code).toBe(
    'inventory.bad-range',
  );
});
