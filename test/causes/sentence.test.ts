import { expect, test } from 'vitest';
import { complaintOf } from '../../src/causes/conditions.ts';
import { fillIn, inWords, placeOf } from '../../src/causes/sentence.ts';

test.each<[unknown, string]>([
  [new Date('2024-02-15T05:24:59Z'), '2024-02-15 05:24 UTC'],
  // Nobody meant a time.
  [new Date('2024-02-15T00:00:00Z'), '2024-02-15'],
  [new Date(0), 'an unknown time'],
  [12.345, '12.3'],
  [0, '0'],
  [true, 'yes'],
  [false, 'no'],
  ['', '(not told)'],
  [undefined, '(not told)'],
  [null, '(not told)'],
  ['x'.repeat(200), 'x'.repeat(200)],
  ['x'.repeat(201), `${'x'.repeat(199)}…`],
])('%o reads %s', (value, words) => {
  expect(inWords(value)).toBe(words);
});

test('a sentence is filled with the fields of facts; what is not there is said so', () => {
  const names = { scan: { code: '0x1', tries: 3 } };
  expect(fillIn('{scan.code} after {scan.tries}, {scan.x} {other.y}', names)).toBe(
    '0x1 after 3, (not told) (not told)',
  );
});

test('a quote points at the field where it has a place of its own, else at the fact', () => {
  const fact = { from: '/events/3', fromField: { code: '/events/3/data/code' } };
  expect(placeOf(fact, 'code')).toBe('/events/3/data/code');
  expect(placeOf(fact, 'at')).toBe('/events/3');
  expect(placeOf({ known: true }, 'code')).toBe('');
});

test('a condition may ask for an item that not every host has', () => {
  const sign = { kind: 'weak', scope: 'host', weight: 0.5, quote: 'x' } as const;
  const when = "open.installs.size() > 1 && open.installs[1].code == '0x80070070'";
  expect(complaintOf({ ...sign, when })).toBeUndefined();
});
