import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiOnly, printable } from '../../src/core/printable.ts';

const HARMFUL =
  // oxlint-disable-next-line no-control-regex -- the very characters that must not be there
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Default_Ignorable_Code_Point}\p{Cs}]/u;

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const nastyText = fc
  .array(
    fc.constantFrom(
      '\u001b[2J',
      '\u009b31m',
      '\u001b]0;t\u0007',
      '\u202e',
      '\u200d',
      '\ud800',
      'e\u0301',
      '\n',
      '端',
      'a',
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

test('no control, escape, direction override or invisible character is left of any text', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, nastyText), (text) => {
      expect(printable(text)).not.toMatch(HARMFUL);
    }),
    { numRuns: 2000 },
  );
});

test('a text that was made harmless stays as it is', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, nastyText), (text) => {
      expect(printable(printable(text))).toBe(printable(text));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['ordinary text is left alone', 'HTTP 503 from wsus-mi01', 'HTTP 503 from wsus-mi01'],
  ['German and Japanese are left alone', 'münchen-büro 東京-端末', 'münchen-büro 東京-端末'],
  ['an escape sequence can be read, not obeyed', 'a\u001b[31mred', 'a␛[31mred'],
  ['an operating system command too', '\u001b]0;owned\u0007', '␛]0;owned␇'],
  ['a one-byte CSI too', 'a\u009b2Jb', 'a\ufffd2Jb'],
  ['line ends and tabs become one blank', 'one\r\n\ttwo', 'one two'],
  ['a direction override is dropped', 'gpj\u202eexe.', 'gpjexe.'],
  ['a joiner that hides text is dropped', 'ad\u200dmin\u200b', 'admin'],
  ['a lone surrogate is replaced', 'a\ud800b', 'a\ufffdb'],
  ['a family of emoji falls apart into people', '👩\u200d👧', '👩👧'],
  ['a flag becomes its letters', '🇮🇹', 'IT'],
  ['marks are kept three deep', 'e\u0323\u0324\u0325\u0330\u0331', 'ẹ\u0324\u0325\u0330'],
  ['a mark with nothing before it goes', '\u0301x', 'x'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('for an ASCII terminal nothing beyond ASCII is left', () => {
  expect(asciiOnly('ws-東京\u001b[2J')).toBe('ws-???[2J');
});
