import { expect, test } from 'vitest';
import { tokenFor, offeredSchemes } from '../../../src/transports/winrm/offers.ts';

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
