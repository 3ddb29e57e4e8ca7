import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { masked, Secret } from '../../src/core/secret.ts';

test('a secret is not printed, however it is turned into text', () => {
  const secret = new Secret('Hunter2-4722');
  const logon = { user: 'u', password: secret };
  const texts = [
    String(secret),
    JSON.stringify(logon),
    inspect(logon, { depth: 9, showHidden: true }),
    inspect(logon, { customInspect: false, depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(secret)),
    Object.values(logon).join(' '),
  ];
  for (const text of texts) expect(text).not.toContain('Hunter2');
});

test('a value that got into a text all the same is masked, the longer one first', () => {
  for (const value of ['Masked-1', 'Masked-12', 'two\nlines-4723', 'quo"te-4724', 'abc'])
    new Secret(value).reveal();
  expect(masked('Masked-12, Masked-1 and lines-4723; abc is too short to be told from words')).toBe(
    '‹secret›, ‹secret› and ‹secret›; abc is too short to be told from words',
  );
  expect(masked(JSON.stringify({ password: 'quo"te-4724' }))).toBe('{"password":"‹secret›"}');
  expect(masked('nothing here')).toBe('nothing here');
});
