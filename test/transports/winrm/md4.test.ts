import { expect, test } from 'vitest';
import { md4 } from '../../../src/transports/winrm/md4.ts';
import { vectors } from './fixtures.ts';

// RFC 1320, appendix A.5, and our own vectors.
test.each([
  ['', vectors.primitives.md4_empty],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', vectors.primitives.md4_abc],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  [
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    '043f8582f241db351ce627e153e7f0e4',
  ],
  ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
])('MD4 of "%s" is the published one', (text, digest) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});
