import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../src/core/printable.ts';
import { column, fit, widthOf, wrap } from '../../src/core/width.ts';

const texts = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  )
  .map((text) => printable(text));
const widths = fc.integer({ min: 0, max: 30 });
const cutAts = fc.constantFrom('end', 'middle');

test('a fitted text is never wider than asked', () => {
  fc.assert(
    fc.property(texts, widths, cutAts, (text, width, cutAt) => {
      expect(widthOf(fit(text, width, cutAt))).toBeLessThanOrEqual(width);
    }),
    { numRuns: 2000 },
  );
});

test('a column is exactly as wide as asked', () => {
  fc.assert(
    fc.property(texts, widths, cutAts, (text, width, cutAt) => {
      expect(widthOf(column(text, width, cutAt))).toBe(width);
    }),
    { numRuns: 2000 },
  );
});

test('wrapping loses nothing but blanks, and no line is too wide', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrap(text, width);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['ws-0001', 7],
  ['東京-端末', 9],
  ['münchen', 7],
  ['cafe\u0301', 4],
  ['📦', 2],
  ['', 0],
])('%s takes %i columns, here and on a terminal', async (text, columns) => {
  expect(widthOf(printable(text))).toBe(columns);
  const terminal = new xterm.Terminal({ cols: 40, rows: 2, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  await new Promise<void>((resolve) => terminal.write(printable(text), resolve));
  expect(terminal.buffer.active.cursorX).toBe(columns);
});

test.each([
  ['a cause is cut at the end', 'HTTP 503 from wsus', 10, 'end', 'HTTP 503 ⋯'],
  ['a host name is cut in the middle', 'srv-app-milano-0042', 11, 'middle', 'srv-a⋯-0042'],
  ['a wide character is never split', '東京端末', 4, 'end', '東⋯'],
  ['what fits stays whole', 'ws-1', 4, 'middle', 'ws-1'],
  ['no room, no text', 'ws-1', 0, 'end', ''],
] as const)('%s', (_, text, width, cutAt, expected) => {
  expect(fit(text, width, cutAt)).toBe(expected);
});

test('lines break at blanks', () => {
  expect(wrap('restart the pool then search again', 12)).toEqual([
    'restart the',
    'pool then',
    'search again',
  ]);
});

test('lines of wide characters break between them, and never before a stop or behind a bracket', () => {
  expect(wrap('空きを作る。古い記録は使わない', 10)).toEqual([
    '空きを作',
    'る。古い記',
    '録は使わな',
    'い',
  ]);
  expect(wrap('確認する (KB が必要)', 12)).toEqual(['確認する (KB', 'が必要)']);
  expect(wrap('更新キャッシュ', 10)).toEqual(['更新キャッ', 'シュ']);
});
