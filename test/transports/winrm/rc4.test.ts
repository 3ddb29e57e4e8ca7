import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rc4 } from '../../../src/transports/winrm/rc4.ts';
import { vectors } from './fixtures.ts';

const bytes = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: 600 });

// The classic three, and RFC 6229 for a 128-bit key.
test.each([
  ['Key', 'Plaintext', vectors.primitives.rc4_key_Key_plaintext_Plaintext],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
])('RC4 with "%s" over "%s" is the published one', (key, plain, sealed) => {
  expect(new Rc4(Buffer.from(key)).next(Buffer.from(plain)).toString('hex')).toBe(sealed);
});

test('RC4 gives the stream of RFC 6229', () => {
  const key = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
  expect(new Rc4(key).next(Buffer.alloc(16)).toString('hex')).toBe(
    '9ac7cc9a609d1ef7b2932899cde41b97',
  );
});

test('the stream runs on: how the bytes are cut does not matter', () => {
  fc.assert(
    fc.property(bytes(), fc.nat(600), (plain, cut) => {
      const key = Buffer.from('a key');
      const inTwo = new Rc4(key);
      const parts = [inTwo.next(plain.subarray(0, cut)), inTwo.next(plain.subarray(cut))];
      expect(Buffer.concat(parts)).toEqual(new Rc4(key).next(plain));
    }),
  );
});

test('what is sealed in place opens in place', () => {
  fc.assert(
    fc.property(bytes(), (plain) => {
      const copy = Buffer.from(plain);
      new Rc4(Buffer.from('k')).apply(copy, copy);
      new Rc4(Buffer.from('k')).apply(copy, copy);
      expect(copy).toEqual(Buffer.from(plain));
    }),
  );
});
