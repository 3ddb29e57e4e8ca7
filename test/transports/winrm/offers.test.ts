import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greetingOf, offeredSchemes, tokenFor } from '../../../src/transports/winrm/offers.ts';

test.each([
  [
    ['Negotiate', 'Kerberos'],
    ['Negotiate', 'Kerberos'],
  ],
  [['Negotiate, Kerberos, Basic realm="WSMAN"'], ['Negotiate', 'Kerberos', 'Basic']],
  [
    ['Digest realm="a, b", qop="auth", nonce="x"', 'Basic realm="WSMAN"'],
    ['Digest', 'Basic'],
  ],
  [['Negotiate TlRMTVNTUAACAAAA'], ['Negotiate']],
  [
    ['Basic realm="x"', 'basic realm="y"'],
    ['Basic', 'basic'],
  ],
  [[], []],
  [['\u001b[31m<evil>'], []],
])('%j offers %j', (lines, schemes) => {
  expect(offeredSchemes(lines)).toEqual(schemes);
});

test.each([
  [['Negotiate aGVsbG8='], 'hello'],
  [['Kerberos', 'negotiate aGVsbG8='], 'hello'],
  [['Basic realm="x", Negotiate aGVsbG8=, Kerberos'], 'hello'],
  [['Negotiate'], 'none'],
  [['Kerberos aGVsbG8='], 'none'],
  [['Negotiate !!!notbase64'], 'bad'],
  [['Negotiate aGVsbG8'], 'bad'],
])('%j holds the token %s', (lines, token) => {
  expect(tokenFor(lines, 'Negotiate').toString()).toBe(token);
});

const REPLY = { status: 401, contentType: '', location: '', body: Buffer.alloc(0) };

test('a reply with a token tells one scheme, which is not all that the host offers', () => {
  const greeting = (...offers: string[]) => greetingOf({ ...REPLY, server: 'IIS', offers });
  expect(greeting('Negotiate', 'Kerberos')).toEqual({
    software: 'IIS',
    offers: ['Negotiate', 'Kerberos'],
  });
  expect(greeting('Negotiate TlRMTVNTUAACAAAA')).toEqual({ software: 'IIS' });
  expect(greeting('Kerberos YIIabc=')).toEqual({ software: 'IIS' });
  expect(greeting()).toEqual({ software: 'IIS' });
});

test('whatever a host writes there, schemes are few, short and printable, and tokens are base64', () => {
  const pieces = fc.constantFrom(
    'Negotiate',
    'Kerberos ',
    'Basic',
    ' ',
    ',',
    '=',
    '"',
    'realm="a, b"',
    'TlRM',
    '====',
    '\t-\u00ff',
    'x'.repeat(400),
    ', '.repeat(4000),
  );
  const line = fc.array(pieces, { maxLength: 12 }).map((each) => each.join(''));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 8 }), (lines) => {
      const schemes = offeredSchemes(lines);
      expect(schemes.length).toBeLessThanOrEqual(6);
      for (const scheme of schemes) expect(scheme).toMatch(/^[A-Za-z][\w-]{0,30}$/);
      for (const scheme of ['Negotiate', 'Kerberos'] as const) {
        const token = tokenFor(lines, scheme);
        const isBytes =
          Buffer.isBuffer(token) && lines.some((each) => each.includes(token.toString('base64')));
        expect(isBytes || token === 'none' || token === 'bad').toBe(true);
      }
    }),
  );
});
