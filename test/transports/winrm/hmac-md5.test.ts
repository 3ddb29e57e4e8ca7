import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HmacMd5 } from '../../../src/transports/winrm/hmac-md5.ts';

test('HMAC-MD5 is the one of OpenSSL, for short messages and long ones in parts', () => {
  const bytes = fc.uint8Array({ maxLength: 6000, size: 'max' });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), bytes, bytes, (key, a, b) => {
      const expected = createHmac('md5', key).update(a).update(b).digest('hex');
      expect(new HmacMd5(key).digest(a, b).toString('hex')).toBe(expected);
    }),
  );
});

test('a key longer than a block is a mistake of ours', () => {
  expect(() => new HmacMd5(new Uint8Array(65))).toThrow(RangeError);
});
