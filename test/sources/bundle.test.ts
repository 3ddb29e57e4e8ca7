import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId } from '../../src/core/host.ts';
import type { Evidence } from '../../src/core/look.ts';
import { createJudge } from '../../src/engine/judge.ts';
import { readBundle } from '../../src/sources/bundle.ts';
import type { LookContext } from '../../src/sources/source.ts';
import { openStored } from '../../src/sources/stored.ts';
import { evidenceOf } from '../corpus/cases.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

/** As the packed collector writes it on Windows. */
export function bundleOf(document: object, version = 1): Buffer {
  const body = Buffer.from(`${JSON.stringify(document)}\r\n`);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`PATCHWHY-BUNDLE/${version} sha256=${sha256}\r\n`), body]);
}

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

test('one byte changed anywhere is noticed', () => {
  const whole = bundleOf(DOCUMENT);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = Buffer.from(whole);
      altered.writeUInt8((altered[at] ?? 0) ^ change, at);
      // A capital in the first line is the one change that says the same.
      expect(readBundle(altered).kind).toBe('refused');
    }),
    { numRuns: 2000 },
  );
  for (let length = 0; length < whole.length; length += 7)
    expect(readBundle(whole.subarray(0, length)).kind).toBe('refused');
});

test.each([
  ['a bundle of tomorrow', bundleOf(DOCUMENT, 2), 'newer'],
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
