import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demoYear, MONTHS, type DemoDocument } from '../../src/demo/year.ts';
import { parseDocument } from '../../src/sources/parse-document.ts';

const FLEET = new URL('../../demo/fleet.ndjson', import.meta.url);
const fleet = readFileSync(FLEET, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as DemoDocument);
const year = demoYear(fleet, (host) =>
  /^(?:to-cassa-0[1-4]|ro-pc-0[36]|osk-srv-03|osk-pc-0[13-7])/.test(host),
);

test('twelve months, each with every host of the fleet, the last one as the fleet is', () => {
  expect(year.map(({ cycle }) => cycle)).toHaveLength(MONTHS);
  for (const { documents } of year)
    expect(documents.map(({ host }) => host)).toEqual(fleet.map(({ host }) => host));
  // But for updates that never came, since their host was ill in their month.
  const last = year.at(-1)?.documents ?? [];
  const lasting = ({ os, volumes, services, contact }: DemoDocument) => [
    os,
    volumes,
    services,
    contact,
  ];
  expect(last.map(lasting)).toEqual(fleet.map(lasting));
});

test('every document is one that a collector could have written, taken on the day of its month', () => {
  for (const { documents, startedAt } of year) {
    for (const document of documents) {
      const parsed = parseDocument(JSON.stringify(document));
      expect(['evidence', 'contact']).toContain(parsed.kind);
      const at = parsed.kind === 'evidence' ? parsed.evidence.collectedAt : undefined;
      const hours = at === undefined ? 0 : Math.abs(Date.parse(at) - startedAt) / 3_600_000;
      expect([document.host, hours < 24]).toEqual([document.host, true]);
    }
  }
});

test('nothing in a month speaks of a later one', () => {
  for (const { documents, startedAt } of year) {
    const end = startedAt + 24 * 3_600_000;
    for (const document of documents) {
      const times = [...JSON.stringify(document).matchAll(/"time":"([^"]+)"/g)].map(
        ([, time = '']) => time,
      );
      const late = times.filter((time) => Date.parse(time) > end);
      expect([document.host, late]).toEqual([document.host, []]);
    }
  }
});
