import { expect, test } from 'vitest';
import { missingCredential, type Jump, type Reach } from '../../src/core/host.ts';

const limits = { connectMs: 1000, collectMs: 1000 };
const ssh = { port: 22, knownHosts: [] };
const jump: Jump = { name: 'jb', address: 'jb', ssh, credential: 'k', channels: 8, limits };
const reach = { kind: 'ssh', ssh, credential: 'c', via: [jump] } satisfies Reach;

test.each<[string, Reach, string | undefined]>([
  ['nothing', reach, undefined],
  ['its own', { ...reach, credential: undefined }, 'no credential for this host'],
  [
    "a jump host's",
    { ...reach, via: [jump, { ...jump, name: 'far', credential: undefined }] },
    'no credential for its jump host "far"',
  ],
  ['nothing, being this machine', { kind: 'local' }, undefined],
])('a host lacks %s', (_, way, missing) => {
  expect(missingCredential(way)).toBe(missing);
});
