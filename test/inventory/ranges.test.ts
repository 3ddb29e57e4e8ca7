import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandRanges } from '../../src/inventory/ranges.ts';

const names = (text: string): readonly string[] => {
  const expansion = expandRanges(text);
  if (expansion.kind === 'bad') throw new Error(expansion.reason);
  return expansion.names;
};

describe('ranges', () => {
  test.each<[string, readonly string[]]>([
    ['srv', ['srv']],
    ['srv-[1:3]', ['srv-1', 'srv-2', 'srv-3']],
    [
      'srv-[08:11].acme.example',
      ['srv-08.acme.example', 'srv-09.acme.example', 'srv-10.acme.example', 'srv-11.acme.example'],
    ],
    ['s[9:11]', ['s9', 's10', 's11']],
    ['s[0:20:10]', ['s0', 's10', 's20']],
    ['s[000:004:3]', ['s000', 's003']],
    ['rack-[a:c]', ['rack-a', 'rack-b', 'rack-c']],
    ['rack-[A:E:2]', ['rack-A', 'rack-C', 'rack-E']],
    ['[a:b][1:2]x', ['a1x', 'a2x', 'b1x', 'b2x']],
    ['s[5:5]', ['s5']],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test.each([
    ['s[1', 'a bracket without its partner'],
    ['s1]', 'a bracket without its partner'],
    ['s[[1:2]]', 'a bracket without its partner'],
    ['s[]', 'not a range'],
    ['s[12]', 'not a range'],
    ['s[1:]', 'not a range'],
    ['s[:3]', 'neither numbers nor two letters'],
    ['s[1:2:3:4]', 'not a range'],
    ['s[1:3:0]', 'a step of "0"'],
    ['s[3:1]', 'runs backwards'],
    ['s[c:a]', 'runs backwards'],
    ['s[a:C]', 'neither numbers nor two letters of one case'],
    ['s[a:3]', 'neither numbers nor two letters of one case'],
    ['s[aa:cc]', 'neither numbers nor two letters of one case'],
    ['s[01:100]', 'the same number of digits'],
    ['s[1:99999]', 'more than 20000 hosts'],
  ])('%s is refused', (text, reason) => {
    expect(expandRanges(text)).toEqual({ kind: 'bad', reason: expect.stringContaining(reason) });
  });

  test('a range stands for the same names as its numbers written out', () => {
    const bounds = fc.tuple(fc.nat(500), fc.nat(200), fc.integer({ min: 1, max: 9 }), fc.boolean());
    fc.assert(
      fc.property(bounds, ([first, more, step, isPadded]) => {
        const width = isPadded ? String(first + more).length : 0;
        const written = (value: number): string => String(value).padStart(width, '0');
        const expected: string[] = [];
        for (let value = first; value <= first + more; value += step)
          expected.push(`a${written(value)}z`);
        expect(names(`a[${written(first)}:${written(first + more)}:${step}]z`)).toEqual(expected);
      }),
    );
  });

  test('text without brackets stands for itself', () => {
    const plain = fc.string().filter((text) => !/[[\]]/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(names(text)).toEqual([text]);
      }),
    );
  });
});
