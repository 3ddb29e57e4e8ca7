import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edited, NOTHING_TYPED, replaced, type Typed } from '../../src/tui/typed.ts';

const press = (...keys: readonly string[]): Typed => keys.reduce(edited, NOTHING_TYPED);

test.each([
  [['a', 'b'], 'ab', 2],
  [['a', 'b', 'left', 'x'], 'axb', 2],
  [['a', 'b', 'backspace'], 'a', 1],
  [['a', 'b', 'home', 'delete'], 'b', 0],
  [['backspace', 'left', 'delete'], '', 0],
  [['a', 'b', 'home', 'end', 'c'], 'abc', 3],
  [['o', 'n', 'e', ' ', 't', 'w', 'o', 'ctrl-w'], 'one ', 4],
  [['a', 'b', 'left', 'ctrl-u'], 'b', 0],
  [['東', '京', 'left', 'backspace'], '京', 0],
  [['a', 'tab', 'pgup', 'ctrl-q'], 'a', 1],
] as const)('%j is %j with the cursor at %i', (keys, text, at) => {
  expect(press(...keys)).toEqual({ text, at });
});

test('a character of several code points goes as one', () => {
  const family = '👨‍👩‍👧';
  const typed = { text: `a${family}b`, at: 1 + family.length };
  expect(edited(typed, 'backspace')).toEqual({ text: 'ab', at: 1 });
  expect(edited(edited(typed, 'left'), 'delete')).toEqual({ text: 'ab', at: 1 });
});

test('a part is replaced, and the cursor stands behind it', () => {
  expect(replaced({ text: 'site:mi !old', at: 7 }, 5, 7, 'milano')).toEqual({
    text: 'site:milano !old',
    at: 11,
  });
});

test('whatever is pressed, the cursor stays in the text and nothing that is no character gets in', () => {
  const keys = fc.oneof(
    fc.constantFrom('backspace', 'delete', 'left', 'right', 'home', 'end', 'ctrl-u', 'ctrl-w'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  );
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), (pressed) => {
      const { text, at } = press(...pressed);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(text.length);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});
