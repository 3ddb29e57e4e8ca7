import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, test } from 'vitest';
import { excessOf } from '../../src/causes/bounds.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true });

function excess(when: string, isEach = false): string | undefined {
  return excessOf(environment.parse(when).ast, isEach)?.text;
}

describe('patterns that could take very long are refused', () => {
  test.each([
    '(a+)+$',
    '(a|aa)*b',
    '^(a*)*$',
    '(x){9}',
    'a*b*',
    '^a*b*c*',
    String.raw`(a)\1`,
    'a?b?c?d?e?f?',
  ])('%s', (pattern) => {
    expect(excess(`a.b.matches(r'${pattern}')`)).toMatch(/very long/);
  });

  test.each([
    '^5[0-9][0-9]$',
    '^0xC800(01|02)[0-9A-F]{2}$',
    '^KB.*x64',
    'a+',
    '[(]+',
    String.raw`\(+`,
    'https?:',
  ])('%s is not', (pattern) => {
    expect(excess(`a.b.matches(r'${pattern}')`)).toBeUndefined();
  });

  test.each([
    ['put together at run time', 'a.b.matches(a.c)', /takes a pattern in quotes/],
    ['no pattern at all', "a.b.matches('[')", /is no pattern/],
  ])('one that is %s', (_, when, expected) => {
    expect(excess(when)).toMatch(expected);
  });
});

describe('only lists that are there are asked', () => {
  test.each([
    ['(a.b + a.b).exists(x, x.c)', /put together/],
    ["a.b.split('').exists(x, x == 'c')", /put together/],
    ['(a.b ? c.d : c.e).exists(x, x.c)', /put together/],
    ['a.b.filter(x, x.c).map(x, x.d).exists(d, d == 1.0)', /fine/],
    ["['a', 'b'].exists(x, a.b.contains(x))", /fine/],
  ])('%s', (when, expected) => {
    expect(excess(when) ?? 'fine').toMatch(expected);
  });
});

describe('lists are asked two deep', () => {
  const two = 'a.b.exists(x, c.d.all(y, x.z == y.z))';
  test.each([
    ['two', two, false, /fine/],
    ['three', `e.f.filter(v, ${two}).size() > 0`, false, /takes too long/],
    ['two inside each', two, true, /takes too long/],
    [
      'one after the other',
      'a.b.exists(x, x.c) && a.b.exists(y, y.c) && a.b.exists(z, z.c)',
      true,
      /fine/,
    ],
  ] as const)('%s', (_, when, isEach, expected) => {
    expect(excess(when, isEach) ?? 'fine').toMatch(expected);
  });
});
