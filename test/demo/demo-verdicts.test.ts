import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/causes/catalogue.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import type { Collected, ContactFailure } from '../../src/core/evidence.ts';
import { examine, examineContact } from '../../src/facts/examine.ts';
import { fleetFacts } from '../../src/facts/fleet.ts';
import expected from './expected.json' with { type: 'json' };

const root = new URL('../../', import.meta.url);
const folder = new URL('catalogue/', root);
const catalogue = loadCatalogue(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(yaml|csv)$/.test(name))
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })),
);

// demo-fleet.test.ts holds every line against the schema.
const documents = readFileSync(new URL('demo/fleet.ndjson', root), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Collected | ContactFailure => JSON.parse(line));
const hosts = documents.map((document) =>
  'contact' in document ? examineContact(document) : examine(document, catalogue.knowledge),
);
const fleet = fleetFacts(hosts);
const verdicts = hosts.map((host) => ({
  host: host.host,
  alone: diagnose(catalogue, host),
  among: diagnose(catalogue, host, fleet),
}));

test('every host of the demo gets the verdict that its story was written for', () => {
  const judged = Object.fromEntries(verdicts.map(({ host, among }) => [host, among.cause]));
  expect(judged).toEqual(expected);
});

test('a host of the demo is judged alike before its neighbours have answered', () => {
  const judged = Object.fromEntries(verdicts.map(({ host, alone }) => [host, alone.cause]));
  expect(judged).toEqual(expected);
});

test('only one host of the demo has two causes, a full disk and the broken WSUS server', () => {
  const double = verdicts.filter(({ among }) => among.causes.length > 1);
  expect(double.map(({ among }) => among.causes.map(({ id }) => id))).toEqual([
    ['disk-full', 'wsus-server-error'],
  ]);
});

test('the WSUS server of milano is what brings the most hosts back', () => {
  const groups = Object.groupBy(verdicts, ({ among }) => among.cause);
  const [biggest] = Object.entries(groups)
    .filter(([cause]) => cause !== 'none')
    .toSorted(([, a = []], [, b = []]) => b.length - a.length);
  expect(biggest?.[0]).toBe('wsus-server-error');
  expect(biggest?.[1]).toHaveLength(25);
});

test('of what the history tells, every failed row is one try', () => {
  const counted = documents.flatMap((document, position) => {
    if ('contact' in document) return [];
    const rows = document.windowsUpdate?.history ?? [];
    return (hosts[position]?.facts.open.installs ?? [])
      .filter(({ kb }) => kb !== '')
      .map(({ kb, tries }) => {
        const own = rows.filter((row) => row.kb === kb && row.operation === 'install');
        const solved = own.find(({ result }) => result === 'succeeded')?.time ?? '';
        const failures = own.filter(({ result, time }) => result === 'failed' && time > solved);
        return { host: document.host, kb, tries, rows: failures.length };
      })
      .filter(({ rows: known }) => known > 0);
  });
  expect(counted.length).toBeGreaterThan(20);
  expect(counted.filter(({ tries, rows }) => tries !== rows)).toEqual([]);
});
