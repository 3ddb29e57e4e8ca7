import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId } from '../../src/core/host.ts';
import type { Evidence } from '../../src/core/look.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { readBundle } from '../../src/sources/bundle.ts';
import type { LookContext } from '../../src/sources/source.ts';
import { openStored } from '../../src/sources/stored.ts';
import { evidenceOf } from '../corpus/cases.ts';
import { bundleOf } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const DOCUMENT = {
  schema: 'evidence/1',
  host: 'PLC-07',
  collectedAt: '2026-11-24T06:00:00Z',
  collector: { mode: 'powershell', elevated: true },
  os: { build: 26_100, ubr: 1 },
};

test('a whole bundle is its document, byte for byte', () => {
  const read = readBundle(bundleOf(DOCUMENT));
  expect(read).toMatchObject({
    kind: 'bundle',
    evidence: { host: 'PLC-07', os: { build: 26_100 } },
  });
});

describe.each(['\r\n', '\n'] as const)('with lines ended by %j', (lineEnd) => {
  const whole = bundleOf(DOCUMENT, { lineEnd });
  const taken = (bytes: Buffer): boolean => readBundle(bytes).kind === 'bundle';
  const places = Array.from({ length: whole.length }, (_, at) => at);

  test('it is taken, and its hash is that of the file', () => {
    const sha256 = createHash('sha256').update(whole).digest('hex');
    expect(readBundle(whole)).toMatchObject({ kind: 'bundle', sha256 });
  });

  test('any byte changed to any other is noticed', () => {
    const unnoticed: string[] = [];
    const altered = Buffer.from(whole);
    for (const at of places) {
      const own = whole[at] ?? 0;
      for (let byte = 0; byte < 256; byte += 1) {
        altered[at] = byte;
        if (byte !== own && taken(altered)) unnoticed.push(`${at}: ${own} to ${byte}`);
      }
      altered[at] = own;
    }
    expect(unnoticed).toEqual([]);
  });

  test('any byte taken out, put in, or cut off behind is noticed', () => {
    const around = (at: number, ...between: number[]): Buffer =>
      Buffer.concat([whole.subarray(0, at), Buffer.from(between), whole.subarray(at)]);
    const without = (at: number): Buffer =>
      Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
    expect(places.filter((at) => taken(without(at)))).toEqual([]);
    for (const byte of [0, 10, 13, 32, 48, 65, 255])
      expect([...places, whole.length].filter((at) => taken(around(at, byte)))).toEqual([]);
    expect(places.filter((at) => taken(whole.subarray(0, at)))).toEqual([]);
  });
});

test.each([
  ['a bundle of tomorrow', bundleOf(DOCUMENT, { version: 2 }), 'newer'],
  ['a document of tomorrow', bundleOf({ ...DOCUMENT, schema: 'evidence/2' }), 'newer'],
  ['another file', Buffer.from('{"schema":"evidence/1"}'), 'no-bundle'],
  ['nothing', Buffer.alloc(0), 'no-bundle'],
  ['a whole bundle of something else', bundleOf([1, 2]), 'broken'],
])('%s is told as what it is', (_, bytes, why) => {
  expect(readBundle(bytes)).toMatchObject({ kind: 'refused', why });
});

const context: LookContext = {
  signal: new AbortController().signal,
  slot: (work) => work(),
  onStage: () => undefined,
  onCommand: () => undefined,
  onNotice: () => undefined,
};

describe('live and bundle of the same host', () => {
  test('give the same diagnosis, byte for byte, for every labelled case', async () => {
    const catalogue = shippedCatalogue();
    const folder = temporaryFolder();
    const live = new Map<string, string>();
    for (const [index, evidence] of evidenceOf('visible').entries()) {
      const host = `host-${index}`;
      const document: Evidence = { ...evidence, host };
      writeFileSync(join(folder, `${host}.patchwhy`), bundleOf(document));
      live.set(
        host,
        JSON.stringify(
          createJudge(catalogue).judge(hostId(host), { kind: 'evidence', evidence: document }),
        ),
      );
    }
    const { hosts, source } = await openStored([folder]);
    expect(hosts).toHaveLength(live.size);
    for (const host of hosts) {
      const { look } = await source.look(host, context);
      if (look.kind === 'skipped') throw new Error(look.reason);
      expect(JSON.stringify(createJudge(catalogue).judge(host.id, look))).toBe(live.get(host.id));
    }
  });
});

describe('patchwhy evidence import', () => {
  const env = (): Record<string, string> => ({ PATCHWHY_STATE: temporaryFolder() });

  test('takes whole bundles, tells their age, keeps them as a run, and ends with 0', async () => {
    const folder = temporaryFolder();
    const state = env();
    writeFileSync(join(folder, 'plc-07.patchwhy'), bundleOf(DOCUMENT));
    const { code, stdout } = await program(['evidence', 'import', folder], { env: state });
    expect(stdout).toMatch(/PLC-07: bundle, \d+ (days|hours?) old, SHA-256 [0-9a-f]{64}/);
    expect(stdout).toContain('1 host: 1 judged');
    expect(code).toBe(0);
    const { stdout: runs } = await program(['evidence', 'list'], { env: state });
    expect(runs).toContain('1 documents');
    expect((await program(['explain', 'plc-07'], { env: state })).stdout).toContain('PLC-07');
  });

  test('refuses what was altered with one line and exit 9, and takes the others all the same', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'usb'));
    writeFileSync(join(folder, 'usb', 'good.patchwhy'), bundleOf(DOCUMENT));
    const altered = bundleOf({ ...DOCUMENT, host: 'PLC-08' });
    altered.write('PLC-09', altered.indexOf('PLC-08'));
    writeFileSync(join(folder, 'usb', 'bad.patchwhy'), altered);
    writeFileSync(
      join(folder, 'usb', 'new.patchwhy'),
      bundleOf({ ...DOCUMENT, schema: 'evidence/7' }),
    );
    const { code, stdout, stderr } = await program(['evidence', 'import', join(folder, 'usb')], {
      env: env(),
    });
    expect(code).toBe(9);
    expect(stdout).toContain('1 host: 1 judged');
    expect(stderr).toMatch(/bad\.patchwhy was altered: its SHA-256 is/);
    expect(stderr).toMatch(/new\.patchwhy holds .*evidence\/7/);
    expect(stderr).not.toContain('PLC-09');
  });
});
