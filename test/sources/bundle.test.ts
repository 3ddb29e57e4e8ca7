import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../src/sources/bundle.ts';
import { bundleOf } from '../support/bundle.ts';

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
