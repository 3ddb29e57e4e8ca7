import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId } from '../../src/core/host.ts';
import type { Evidence } from '../../src/core/look.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { Redactor } from '../../src/outputs/redact.ts';
import { evidenceOf } from '../corpus/cases.ts';

function redacted<T>(document: T, key = 'k'): T {
  const redactor = new Redactor(key);
  redactor.learn(document);
  return redactor.redact(document);
}

const PLANTED = {
  schema: 'evidence/1',
  host: 'ws-0142.corp.acme.example',
  labels: { client: 'Acme GmbH', site: 'Milano' },
  collectedAt: '2026-11-20T06:00:00Z',
  network: {
    winHttpProxy: 'px1.corp.acme.example:3128',
    proxyBypass: '<local>;*.corp.acme.example',
    adapters: [{ address: '192.168.14.7', mac: '00-15-5D-01-02-03' }],
  },
  windowsUpdate: { wsusServer: 'http://wsus-01.corp.acme.example:8530' },
  logs: {
    cbs: [
      {
        text: 'open C:\\Users\\maria.rossi\\x failed on ws-0142, S-1-5-21-1111111111-222222222-333333333-1104, from 10.20.1.36 to wsus-01; mail maria@acme.example; fe80::1:2ff:fe03:4 KB5044273 0x80070643 10.0.26100.2314',
      },
    ],
  },
};
const SECRETS = [
  'ws-0142',
  'acme',
  'Milano',
  'px1',
  'wsus-01',
  '192.168.14.7',
  '10.20.1.36',
  '00-15-5D',
  'maria',
  '1111111111-222222222',
  'fe80::1:2ff',
];

test('no name, user, address or domain is left, and what the engine reads stays', () => {
  const text = JSON.stringify(redacted(PLANTED));
  expect(SECRETS.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
  for (const kept of ['KB5044273', '0x80070643', '10.0.26100.2314', ':8530', '-1104', '<local>;*.'])
    expect(text).toContain(kept);
});

test('the same name is masked alike, everywhere and in every document; another key masks it otherwise', () => {
  const { host, logs } = redacted(PLANTED);
  const [name = ''] = host.split('.');
  expect(name).toMatch(/^host-[0-9a-f]{8}$/);
  expect(logs.cbs[0]?.text).toContain(`on ${name},`);
  expect(redacted({ host: 'WS-0142.corp.acme.example' }).host).toBe(host);
  expect(redacted(PLANTED, 'other').host).not.toBe(host);
});

test('Microsoft’s own hosts, loopback and versions name nobody', () => {
  const text =
    'https://fe3cr.delivery.mp.microsoft.com/x http://127.0.0.1:8080 driver 22.220.0.4 Package_for_RollupFix~31bf3856ad364e35~amd64~~17763.5820.1.7';
  expect(redacted({ logs: [{ text }] }).logs[0]?.text).toBe(text);
});

describe('the diagnosis of every labelled case', () => {
  const catalogue = shippedCatalogue();
  const verdictOf = (evidence: Evidence) => {
    const outcome = createJudge(catalogue).judge(hostId('x'), { kind: 'evidence', evidence });
    if (outcome.kind !== 'judged') throw new Error(outcome.kind);
    const { status, cause, causes } = outcome.verdict;
    return { status, cause, causes: causes.map(({ id, confidence }) => ({ id, confidence })) };
  };

  test.each(['visible', 'own'] as const)('in %s is the same when masked', (folder) => {
    const different = evidenceOf(folder).filter(
      (evidence) =>
        JSON.stringify(verdictOf(redacted(evidence))) !== JSON.stringify(verdictOf(evidence)),
    );
    expect(different.map(({ host }) => host)).toEqual([]);
  });
});
