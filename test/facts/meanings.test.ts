import { describe, expect, test } from 'vitest';
import { SHAPES } from '../../src/facts/declared.ts';
import { FIELD_MEANINGS, MEANINGS } from '../../src/facts/meanings.ts';
import type { Shape } from '../../src/facts/shape.ts';

function paths(prefix: string, shape: Shape): readonly string[] {
  return Object.entries(shape).flatMap(([name, kind]) => {
    const path = `${prefix}.${name}`;
    return typeof kind === 'string' ? [path] : [path, ...paths(path, kind[0])];
  });
}

const facts = Object.entries<Shape>(SHAPES);

test('every fact says what it means, in one line', () => {
  expect(Object.keys(MEANINGS).toSorted()).toEqual(facts.map(([name]) => name).toSorted());
  expect(Object.values(MEANINGS).filter((text) => text === '' || text.length > 100)).toEqual([]);
});

describe('what is said of a field', () => {
  const known = new Set(facts.flatMap(([name, shape]) => paths(name, shape)));

  test.each(Object.keys(FIELD_MEANINGS))('%s is a field', (path) => {
    expect(known).toContain(path);
  });
});
