import { expect, test } from 'vitest';
import { nearest } from '../../src/inventory/nearest.ts';

test.each([
  ['credental', ['transport', 'credential', 'via'], 'credential'],
  ['milan', ['torino', 'milano'], 'milano'],
  ['nmae', ['name', 'tags'], 'name'],
  ['SITE', ['site'], 'site'],
  ['a', ['b'], 'b'],
  ['zzzz', ['name', 'tags'], undefined],
  ['credential', [], undefined],
  ['srv-01', ['srv-02', 'srv-10'], 'srv-02'],
] as const)('%s is near to one of %j: %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});
