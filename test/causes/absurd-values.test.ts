import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';
import { parseDocument } from '../../src/sources/parse-document.ts';
import { evidenceOf } from './cause-case.ts';

const catalogue = readCatalogueFolder('catalogue');
const CODE = '0x80070070';
const FULL = { name: 'x', fails: [{ kb: 'KB5034763', code: CODE, at: '-1d' }] };
/** As it comes from a host: text, which no type vouches for. */
type Loose = Record<string, unknown> & {
  windowsUpdate: Record<string, unknown> & { history: Record<string, unknown>[] };
  volumes: Record<string, unknown>[];
  events: Record<string, unknown>[];
};

/** A host whose disk is full, and what is absurd about this document. */
function judged(spoil: (document: Loose) => void): Verdict {
  const document = JSON.parse(
    JSON.stringify(evidenceOf({ ...FULL, freeMiB: { system: 500 } })),
  ) as Loose;
  spoil(document);
  const parsed = parseDocument(JSON.stringify(document));
  if (parsed.kind !== 'evidence') throw new Error(`it is ${parsed.kind}`);
  return diagnose(catalogue, examine(parsed.evidence, catalogue.knowledge));
}

const failure = (document: Loose): Record<string, unknown> =>
  document.windowsUpdate.history[0] ?? {};
const event = (time: string): Record<string, unknown> => ({
  log: 'System',
  provider: 'Microsoft-Windows-Kernel-General',
  id: 12,
  time,
  data: {},
});

describe('the cause is still found where', () => {
  test.each<[string, (document: Loose) => void]>([
    ['nothing is absurd', () => undefined],
    ['a size is negative', ({ volumes }) => Object.assign(volumes[0] ?? {}, { sizeBytes: -1 })],
    [
      'free space is negative',
      ({ volumes }) => Object.assign(volumes[0] ?? {}, { freeBytes: -4096 }),
    ],
    [
      'free space is more than the disk',
      ({ volumes }) => Object.assign(volumes[0] ?? {}, { freeBytes: 1e18 }),
    ],
    [
      'the code is a negative decimal',
      (document) => Object.assign(failure(document), { hresult: '-2147024784' }),
    ],
    [
      'the code is a negative number',
      (document) => Object.assign(failure(document), { hresult: -2_147_024_784 }),
    ],
    [
      'the last start was in 1601',
      (document) => Object.assign(document['os'] as object, { lastBoot: '1601-01-01T00:00:00Z' }),
    ],
    [
      'the last start is in 2099',
      (document) => Object.assign(document['os'] as object, { lastBoot: '2099-01-01T00:00:00Z' }),
    ],
    [
      'the last good search was in 1601',
      ({ windowsUpdate }) =>
        Object.assign(windowsUpdate, { lastScanSuccess: '1601-01-01T00:00:00Z' }),
    ],
    [
      'a time has no zone',
      ({ windowsUpdate }) =>
        Object.assign(windowsUpdate, { lastInstallSuccess: '2024-01-31T08:00:00' }),
    ],
    ['an event has no zone', ({ events }) => events.push(event('2024-02-19T08:00:00'))],
    ['an event is of 2099', ({ events }) => events.push(event('2099-01-01T00:00:00Z'))],
    [
      'a success is of 2099',
      ({ windowsUpdate }) =>
        windowsUpdate.history.push({
          time: '2099-01-01T00:00:00Z',
          operation: 'install',
          result: 'succeeded',
          kb: 'KB5034763',
          title: 'x',
        }),
    ],
    [
      'every section that nobody needs here is null',
      (document) =>
        Object.assign(document, {
          network: null,
          recovery: null,
          security: null,
          componentStore: null,
        }),
    ],
    ['the list of services is null', (document) => Object.assign(document, { services: null })],
    [
      'a section has another type',
      (document) => Object.assign(document, { reboot: 'yes', platform: 7 }),
    ],
    [
      'an older collector knew less',
      (document) =>
        [
          'recovery',
          'security',
          'componentStore',
          'platform',
          'network',
          'collector',
          'clockSkewSeconds',
        ].forEach((section) => delete document[section]),
    ],
    [
      'a newer one knows more',
      (document) => Object.assign(document, { quantum: { state: 1 }, tasks: [] }),
    ],
  ])('%s', (_, spoil) => {
    const { cause, causes } = judged(spoil);
    expect(cause).toBe('disk-full');
    for (const { quote } of causes.flatMap(({ evidence }) => evidence))
      expect(quote).not.toMatch(/NaN|undefined|null|Infinity|-\d+(\.\d+)? GiB/);
  });

  test('100,000 events hide it, within a second', () => {
    const start = process.cpuUsage();
    const { cause } = judged(({ events }) => {
      for (let at = 0; at < 100_000; at += 1) events.push(event('2024-02-18T08:00:00Z'));
    });
    const { user, system } = process.cpuUsage(start);
    expect(cause).toBe('disk-full');
    expect(user + system).toBeLessThan(3_000_000);
  });
});

test('a schema that this version cannot read is said, and no host is judged by it', () => {
  const document = { ...evidenceOf(FULL), schema: 'evidence/0' };
  expect(parseDocument(JSON.stringify(document))).toMatchObject({
    kind: 'broken',
    problem: { code: 'UNKNOWN_SCHEMA', host: 'ws-201' },
  });
});
