import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { Host } from '../../src/core/host.ts';
import { scan, type ScanPlan } from '../../src/engine/scan.ts';
import { ScanDocumentBuilder, type ScanDocument } from '../../src/outputs/scan-document.ts';
import { hostText } from '../../src/outputs/host-text.ts';
import { asSaid } from '../../src/outputs/quote-text.ts';
import { scanTable } from '../../src/outputs/table.ts';
import type { Judge } from '../../src/engine/judge.ts';
import { all, AT, host, hosts, judgeBy, plan, verdict } from '../support/run.ts';

const schema = JSON.parse(readFileSync('schemas/scan.schema.json', 'utf8')) as object;
const PLAIN = {
  language: 'en',
  audience: 'tech',
  columns: undefined,
  entryOf: () => undefined,
  tell: asSaid,
} as const;
const isScan = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

async function documentOf(
  parts: Partial<ScanPlan> & { readonly hosts: readonly Host[] },
): Promise<ScanDocument> {
  return fold(await all(scan(plan(parts))));
}

function fold(events: readonly RunEvent[]): ScanDocument {
  const builder = new ScanDocumentBuilder();
  for (const event of events) builder.apply(event);
  const document = builder.document();
  if (!document) throw new Error('no document');
  return document;
}

describe('the document of a run', () => {
  test.each([
    ['a run', { hosts: hosts(5), judge: judgeBy((id) => (id === 'ws-1' ? 'none' : 'disk-full')) }],
    ['a stopped run', { hosts: hosts(5), stop: AbortSignal.abort('interrupted') }],
    [
      'a run that reached nobody',
      { hosts: hosts(2), source: { look: () => Promise.reject(new Error('no')) } },
    ],
    ['a run over nothing', { hosts: [] }],
  ])('of %s satisfies its schema', async (_, parts) => {
    isScan(await documentOf(parts));
    expect(isScan.errors ?? []).toEqual([]);
  });

  test('as the contract shows it satisfies the schema', () => {
    isScan(JSON.parse(readFileSync('test/fixtures/scan.example.json', 'utf8')));
    expect(isScan.errors ?? []).toEqual([]);
  });

  test('counts, per cause, the hosts that have it first, by site, most hosts first', async () => {
    const fleet = hosts(7, (at) => ({ site: at < 4 ? 'milano' : 'torino' }));
    const causes: Record<string, string> = {
      'ws-1': 'clock-skew',
      'ws-2': 'none',
      'ws-3': 'not-enough-evidence',
    };
    const { causes: found } = await documentOf({
      hosts: fleet,
      judge: judgeBy((id) => causes[id] ?? 'disk-full'),
    });
    expect(found).toMatchObject([
      {
        id: 'disk-full',
        hostCount: 4,
        recurring: true,
        sites: { milano: 1, torino: 3 },
        hosts: ['ws-4', 'ws-5', 'ws-6', 'ws-7'],
      },
      { id: 'clock-skew', hostCount: 1, recurring: false },
      { id: 'not-enough-evidence', hostCount: 1, recurring: false },
    ]);
  });

  test('lists hosts in the order of the inventory, whatever order they ended in', async () => {
    const fleet = ['b', 'a', 'c'].map((name) => host(name));
    expect((await documentOf({ hosts: fleet })).hosts.map((entry) => entry['name'])).toEqual([
      'b',
      'a',
      'c',
    ]);
  });
});

describe('the plain table', () => {
  test('says what recurs, how many hosts, and totals that add up', async () => {
    const fleet = hosts(4, () => ({ site: 'roma' }));
    const document = await documentOf({
      hosts: fleet,
      judge: judgeBy((id) => (id === 'ws-4' ? 'none' : 'disk-full')),
    });
    expect(scanTable(document, PLAIN)).toMatchInlineSnapshot(`
      "patchwhy 0.0.0  fleet.yaml  4 hosts  2026-11-21T06:00:00.000Z

      RECURRING  disk-full  3 hosts  title of disk-full  [roma 3]
          reach: systemic, 3 of 4 hosts that could have it (30.1 % to 95.4 % with 95 % confidence)
          pattern: cannot tell: nothing that is known differs between hosts
          ws-1  roma  failing  80%
          ws-2  roma  failing  80%
          ws-3  roma  failing  80%

      4 hosts: 4 judged, 0 without evidence, 0 skipped
      by status: 3 failing, 1 ok
      1 recurring cause
      fix in this order:
          1. disk-full: 3 hosts back
      "
    `);
  });

  test('says of a host without PowerShell that its evidence is reduced, and why', async () => {
    const judge: Judge = {
      judge: (id) => ({
        kind: 'judged',
        verdict: verdict('disk-full'),
        collectedAt: AT,
        ...(id === 'ws-1'
          ? { mode: 'cmd', reason: 'NO_POWERSHELL: there is none\u001B[2J' }
          : { mode: 'powershell' }),
      }),
      review: () => [],
    };
    const document = await documentOf({ hosts: hosts(2), judge });
    isScan(document);
    expect(isScan.errors ?? []).toEqual([]);
    const [one, other] = document.hosts;
    expect(one).toMatchObject({ mode: 'cmd', reason: expect.stringContaining('NO_') as string });
    expect(other).not.toHaveProperty('reason');
    const rows = scanTable(document, PLAIN).split('\n');
    expect(rows.find((row) => row.includes('ws-1'))).toMatch(
      /reduced \(cmd\): NO_POWERSHELL: there is none/,
    );
    expect(rows.find((row) => row.includes('ws-2'))).not.toContain('reduced');
    const texts = [one, other].map((entry) => hostText(entry ?? {}, document, new Date(AT), PLAIN));
    expect(texts[0]).toMatch(/^ {2}reduced \(cmd\): NO_POWERSHELL: there is none/m);
    expect(texts[0]?.match(/NO_POWERSHELL/g)).toHaveLength(1);
    expect(texts[1]).not.toContain('reduced');
    for (const text of [...texts, ...rows]) expect(text).not.toContain('\u001B');
  });

  test('never lets host text reach the terminal raw', async () => {
    const fleet = [host('ws-\u001B[2J\u202Eevil', { site: '\u001B]0;owned\u0007' })];
    const text = scanTable(
      await documentOf({ hosts: fleet, judge: judgeBy(() => 'disk-full') }),
      PLAIN,
    );
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    expect(text).toContain('evil');
  });
});
