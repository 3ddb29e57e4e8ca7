import { expect, test } from 'vitest';
import { actionOf, BINDINGS, type Focus } from '../../src/tui/keys.ts';

const FOCUSES: readonly Focus[] = [
  'table',
  'host',
  'help',
  'leaving',
  'filter',
  'grouping',
  'sorting',
];

test.each(FOCUSES)('no key means two things on %s', (focus) => {
  const keys = BINDINGS.filter((each) => each.focus.includes(focus)).flatMap(({ keys }) => keys);
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
});

test.each(FOCUSES)('Ctrl-C is answered on %s', (focus) => {
  expect(actionOf('ctrl-c', focus)).toBe('interrupt');
});

test('a key that means nothing here does nothing', () => {
  expect(actionOf('w', 'table')).toBeUndefined();
});
