import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isScalar, parseDocument, stringify, YAMLMap } from 'yaml';
import { offsetIn } from '../../src/rules/scalar-offset.ts';

const words = fc
  .array(fc.stringMatching(/^[a-z&=.()]{1,12}$/), { minLength: 1, maxLength: 40 })
  .map((parts) => parts.join(' '));
const styles = fc.constantFrom(
  'PLAIN',
  'QUOTE_DOUBLE',
  'QUOTE_SINGLE',
  'BLOCK_FOLDED',
  'BLOCK_LITERAL',
);

test('a character of a value is found where it stands in the file, however it is folded and quoted', () => {
  fc.assert(
    fc.property(words, styles, fc.nat(), (value, style, seed) => {
      const text = stringify(
        { a: { when: value } },
        { defaultStringType: style as 'PLAIN', lineWidth: 30 },
      );
      const inner = parseDocument(text).get('a', true);
      if (!(inner instanceof YAMLMap)) throw new Error('no mapping');
      const [pair] = inner.items;
      const start = isScalar(pair?.value) ? (pair.value.range?.[0] ?? 0) : 0;
      const offset = seed % value.length;
      fc.pre(value[offset] !== ' ');
      const at = offsetIn(text, start, value, offset);
      expect(text[at]).toBe(value[offset]);
      // The same character of the same word: as many of it stand before it in the value.
      const count = (part: string): number => part.split(value[offset] ?? '').length;
      const begin = text.slice(start).search(/[^>|"'\s+-]/) + start;
      expect(count(text.slice(begin, at))).toBe(count(value.slice(0, offset)));
    }),
  );
});

test('where an escape hides the place it is that of the value', () => {
  const text = String.raw`when: "a \x62 c"`;
  expect(offsetIn(text, 6, 'a b c', 4)).toBe(6);
});
