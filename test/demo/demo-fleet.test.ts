import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { demoFleet } from '../../scripts/make-demo-fleet.ts';
import type { Collected, ContactFailure } from '../../src/core/evidence.ts';
import expected from './expected.json' with { type: 'json' };

type Document = Collected | ContactFailure;

const root = new URL('../../', import.meta.url);
const stored = await readFile(new URL('demo/fleet.ndjson', root), 'utf8');
const schema: object = JSON.parse(
  await readFile(new URL('schemas/evidence.schema.json', root), 'utf8'),
);
const validate = new Ajv2020({ allErrors: true, strict: false }).compile<Document>(schema);

const fleet = stored
  .trimEnd()
  .split('\n')
  .map((line) => {
    const document: unknown = JSON.parse(line);
    if (!validate(document))
      throw new Error(`${line.slice(0, 80)}: ${JSON.stringify(validate.errors)}`);
    return { bytes: Buffer.byteLength(line), document };
  });
const documents = fleet.map(({ document }) => document);
const evidence = documents.filter((document) => 'collectedAt' in document);
const contacts = documents.filter((document) => 'contact' in document);

/** Every time in a document, as ISO text. */
function times(value: unknown): string[] {
  return JSON.stringify(value).match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g) ?? [];
}

describe('the demo fleet', () => {
  test('is what its generator writes, byte for byte', () => {
    expect(demoFleet().ndjson === stored).toBe(true);
    expect(expected).toEqual(demoFleet().expected);
  });

  test('has a name of its own for every host, and an intended cause for each', () => {
    const names = documents.map(({ host }) => host);
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test('tells the story that it is meant to tell', () => {
    const hosts = Object.groupBy(Object.entries(expected), ([, cause]) => cause);
    const counts = Object.fromEntries(
      Object.entries(hosts).map(([cause, entries = []]) => [cause, entries.length]),
    );
    expect(counts).toEqual({
      none: 40,
      'wsus-server-error': 25,
      'pending-reboot': 13,
      'disk-full': 8,
      'winre-partition-small': 5,
      'contact-unreachable': 4,
      'wu-service-disabled': 4,
      'contact-auth': 3,
      'proxy-misconfigured': 3,
      'update-deferred-by-policy': 3,
      'component-store-corrupt': 2,
      'not-enough-evidence': 2,
      'os-end-of-life': 2,
      'clock-skew': 1,
      'contact-dns': 1,
      'contact-refused': 1,
      'contact-timeout': 1,
      'installer-busy': 1,
      'unexplained-failure': 1,
    });
  });

  test('speaks Italian, German, Japanese and English, at five sites and in three groups', () => {
    expect(new Set(evidence.map(({ os }) => os?.locale))).toEqual(
      new Set(['it-IT', 'de-DE', 'ja-JP', 'en-US']),
    );
    expect(new Set(documents.map(({ labels }) => labels?.['site']))).toEqual(
      new Set(['milano', 'torino', 'roma', 'münchen', '大阪']),
    );
    expect(new Set(documents.map(({ labels }) => labels?.['group']))).toEqual(
      new Set(['office', 'tills', 'servers']),
    );
    expect(documents.every(({ labels }) => labels?.['client'] === 'aurelia')).toBe(true);
  });

  test('stays small enough to ship', () => {
    expect(Buffer.byteLength(stored)).toBeLessThan(700_000);
    const odd = fleet.filter(
      ({ bytes, document }) => 'collectedAt' in document && (bytes < 2_000 || bytes > 8_192),
    );
    expect(odd.map(({ document, bytes }) => [document.host, bytes])).toEqual([]);
  });

  test('gives a player a duration for every host', () => {
    const looks = evidence.map(({ collector }) => collector?.durationMs ?? 0);
    expect(looks.filter((ms) => ms < 2_000 || ms > 25_000)).toEqual([]);
    const contact = contacts.map(({ contact }) => contact.elapsedMs ?? 0);
    expect(contact.filter((ms) => ms <= 0 || ms > 60_000)).toEqual([]);
  });

  test('was looked at within minutes of one moment', () => {
    const moments = documents.map((document) =>
      'contact' in document ? document.contactedAt : document.collectedAt,
    );
    for (const moment of moments) expect(moment).toMatch(/^2026-11-18T06:(3[8-9]|4[0-2]):/);
  });

  test('remembers nothing from after it was looked at', () => {
    const ahead = evidence.flatMap(({ host, collectedAt, windowsUpdate, ...rest }) => {
      const { policy: _future, ...remembered } = windowsUpdate ?? {};
      return times([rest, remembered])
        .filter((time) => time > collectedAt)
        .map((time) => `${host} ${time}`);
    });
    expect(ahead).toEqual([]);
  });

  test('shares no WSUS client id between two hosts', () => {
    const ids = evidence.flatMap(({ windowsUpdate }) => windowsUpdate?.susClientId ?? []);
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has every host behind the broken WSUS server at one site', () => {
    const behind = evidence.filter(
      ({ network }) => network?.probes?.some(({ status }) => status === 503) === true,
    );
    expect(new Set(behind.map(({ labels }) => labels?.['site']))).toEqual(new Set(['milano']));
  });
});
