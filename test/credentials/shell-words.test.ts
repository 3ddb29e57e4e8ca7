import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWords } from '../../src/credentials/shell-words.ts';

test.each<[string, readonly string[] | undefined]>([
  ['op read acme/edge', ['op', 'read', 'acme/edge']],
  ['  op   read\t x ', ['op', 'read', 'x']],
  [`op 'two words' "and more"`, ['op', 'two words', 'and more']],
  [`a'b c'd`, ['ab cd']],
  [`op "" ''`, ['op', '', '']],
  [String.raw`op two\ words`, ['op', 'two words']],
  [String.raw`op "a \"quote\" and \\ one"`, ['op', String.raw`a "quote" and \ one`]],
  [String.raw`op 'a\b'`, ['op', String.raw`a\b`]],
  [String.raw`C:\tools\get.exe x`, [String.raw`C:\tools\get.exe`, 'x']],
  [String.raw`"C:\Program Files\get.exe" x`, [String.raw`C:\Program Files\get.exe`, 'x']],
  ['op $HOME `id` ; *', ['op', '$HOME', '`id`', ';', '*']],
  ['', []],
  [`op "open`, undefined],
  [`op it's`, undefined],
])('%s', (command, words) => {
  expect(shellWords(command)).toEqual(words);
});

test('any words come back when each stands in single quotes', () => {
  const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes("'"));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(shellWords(words.map((one) => `'${one}'`).join(' '))).toEqual(words);
    }),
  );
});
