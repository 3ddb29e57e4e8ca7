import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader, type FrameResult } from '../../src/collect/frame.ts';

const NONCE = 'ab12cd34';
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

function frame(document: string, nonce = NONCE, newline = '\r\n'): Buffer {
  const body = bytesOf(document);
  return Buffer.concat([
    bytesOf(`PATCHWHY-BEGIN_${nonce}_${body.length}${newline}`),
    body,
    bytesOf(`${newline}PATCHWHY-END_${nonce}${newline}`),
  ]);
}

function read(bytes: Buffer, cuts: readonly number[] = [], limit?: number): FrameResult {
  const reader = new FrameReader(NONCE, limit);
  const marks = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  const edges = marks.toSorted((a, b) => a - b);
  for (const [index, start] of edges.entries())
    reader.push(bytes.subarray(start, edges[index + 1] ?? start));
  return reader.end();
}

const documents = fc.oneof(
  fc.json(),
  fc.string({ unit: 'grapheme' }),
  fc.constant(`{"text":"PATCHWHY-END_${NONCE} PATCHWHY-BEGIN_${NONCE}_3"}`),
);
const cuts = fc.array(fc.nat(), { maxLength: 12 });
// Banners and warnings that are no frame of this run, with the marks of others among them.
const noises = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'PATCHWHY-',
        'PATCHWHY-BEGIN_',
        `PATCHWHY-END_${NONCE}`,
        '\r\n',
        'PPPATCH',
        '\uFEFF',
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `${parts.join('')}\n`);

describe('a framed document', () => {
  test('comes out whole wherever the pieces were cut', () => {
    fc.assert(
      fc.property(documents, cuts, fc.constantFrom('\r\n', '\n'), (document, cuts, newline) => {
        expect(read(frame(document, NONCE, newline), cuts)).toEqual({
          kind: 'document',
          text: document,
          noise: '',
        });
      }),
    );
  });

  test('comes out whole whatever stands before and after it', () => {
    fc.assert(
      fc.property(documents, noises, noises, cuts, (document, before, after, cuts) => {
        const bytes = Buffer.concat([bytesOf(before), frame(document), bytesOf(after)]);
        expect(read(bytes, cuts)).toMatchObject({ kind: 'document', text: document });
      }),
    );
  });

  test('is never taken for whole when the end is missing', () => {
    fc.assert(
      fc.property(documents, noises, cuts, fc.nat(), (document, before, cuts, at) => {
        const whole = frame(document);
        const end = whole.length - '\r\n'.length;
        const length = at % end;
        const result = read(Buffer.concat([bytesOf(before), whole.subarray(0, length)]), cuts);
        const isMarked = length >= `PATCHWHY-BEGIN_${NONCE}_`.length;
        expect(isMarked ? ['cut'] : ['noise', 'empty']).toContain(result.kind);
      }),
    );
  });

  test('tells how much of it came when it was cut', () => {
    const bytes = frame('{"a":1}').subarray(0, `PATCHWHY-BEGIN_${NONCE}_7\r\n{"a"`.length);
    expect(read(bytes)).toEqual({ kind: 'cut', bytes: 4, expected: 7 });
  });

  test('is refused when it is not as long as it says', () => {
    const shorter = frame('{"a":1}').toString('utf8').replace('"a"', '""');
    const longer = frame('{"a":1}').toString('utf8').replace('"a"', '"aaa"');
    expect(read(bytesOf(longer)).kind).toBe('bad-length');
    expect(read(bytesOf(shorter)).kind).toBe('bad-length');
  });

  test('is refused when a warning stands inside it', () => {
    const noisy = frame('{"a":1}').toString('utf8').replace('{"a', '{WARNUNG: Speicher\r\n"a');
    expect(read(bytesOf(noisy)).kind).toBe('bad-length');
  });

  test('is refused before it is read when it is too long', () => {
    const bytes = bytesOf(`PATCHWHY-BEGIN_${NONCE}_999999999\r\n{`);
    expect(read(bytes, [], 1000)).toEqual({ kind: 'too-long', expected: 999_999_999, limit: 1000 });
  });

  test('is refused when its bytes are no UTF-8', () => {
    const bytes = frame('{"a":"xx"}');
    bytes[bytes.indexOf('xx')] = 0xe9;
    expect(read(bytes)).toEqual({ kind: 'not-utf8', bytes: 10 });
  });

  test('may start with a byte order mark, which is no noise', () => {
    const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), frame('{}')]);
    expect(read(bytes)).toEqual({ kind: 'document', text: '{}', noise: '' });
  });

  test('is found behind a banner that ends without a line end', () => {
    const bytes = Buffer.concat([bytesOf('Guten Tag!'), frame('{}')]);
    expect(read(bytes)).toEqual({ kind: 'document', text: '{}', noise: 'Guten Tag!' });
  });

  test('counts once: the first of two frames is the answer', () => {
    expect(read(Buffer.concat([frame('{"n":1}'), frame('{"n":2}')]))).toMatchObject({
      text: '{"n":1}',
    });
  });

  test('of another run is not ours', () => {
    const other = frame('{}', 'ffffffff');
    expect(read(other)).toEqual({ kind: 'other-run', bytes: other.length });
    expect(read(Buffer.concat([other, frame('{"n":2}')]))).toMatchObject({ text: '{"n":2}' });
  });
});

describe('without a frame', () => {
  test.each<[string, string, FrameResult]>([
    ['nothing is empty', '', { kind: 'empty' }],
    ['a byte order mark is empty', '\uFEFF\r\n', { kind: 'empty' }],
    [
      'words are noise',
      'Zugriff verweigert\r\n',
      { kind: 'noise', bytes: 20, noise: 'Zugriff verweigert' },
    ],
    [
      'a length that is no number is noise',
      `PATCHWHY-BEGIN_${NONCE}_x\n`,
      { kind: 'noise', bytes: 26, noise: `PATCHWHY-BEGIN_${NONCE}_x` },
    ],
    [
      'a length without end is noise',
      `PATCHWHY-BEGIN_${NONCE}_1234567890123`,
      { kind: 'noise', bytes: 37, noise: `PATCHWHY-BEGIN_${NONCE}_1234567890123` },
    ],
  ])('%s', (_, text, expected) => {
    expect(read(bytesOf(text), [3, 20])).toEqual(expected);
  });

  test('a flood of noise is counted, not kept', () => {
    const reader = new FrameReader(NONCE);
    for (let piece = 0; piece < 2000; piece += 1) reader.push(Buffer.alloc(8192, 'P'));
    const result = reader.end();
    expect(result).toEqual({ kind: 'noise', bytes: 2000 * 8192, noise: 'P'.repeat(400) });
  });
});
