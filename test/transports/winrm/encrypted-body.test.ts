import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isEncryptedType,
  readEncryptedBody,
  SEALED_TYPE,
  writeEncryptedBody,
} from '../../../src/transports/winrm/encrypted-body.ts';
import { isReadOrRefused } from './fixtures.ts';

const SIGNATURE = Buffer.from('0123456789abcdef');
/** Sealing for tests: every byte turned over. */
const seal = (message: Buffer): Buffer => {
  message.forEach((byte, at) => message.writeUInt8(byte ^ 0xff, at));
  return SIGNATURE;
};
const badReply = expect.objectContaining({ stage: 'http', code: 'BAD_REPLY' }) as Error;

test('a body is written as MS-WSMV 2.2.9.1 shows it', () => {
  const body = writeEncryptedBody(['ab'], () => SIGNATURE);
  expect(body.toString('latin1')).toBe(
    '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
      '\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=2\r\n' +
      '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n' +
      '\u0010\0\0\u00000123456789abcdefab--Encrypted Boundary--\r\n',
  );
});

test('what is written is read again, whatever the text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 500 });
  fc.assert(
    fc.property(fc.oneof(text, fc.constant('--Encrypted Boundary--\r\n')), (plain) => {
      const { signature, sealed } = readEncryptedBody(
        SEALED_TYPE,
        writeEncryptedBody([plain], seal),
      );
      seal(sealed);
      expect(sealed.toString('utf8')).toBe(plain.toWellFormed());
      expect(signature).toEqual(SIGNATURE);
    }),
  );
});

test('ciphertext that holds the delimiter is no end of it', () => {
  const plain = 'x--Encrypted Boundary--\r\n--Encrypted Boundary\r\n';
  const body = writeEncryptedBody([plain], () => SIGNATURE);
  expect(readEncryptedBody(SEALED_TYPE, body).sealed.toString()).toBe(plain);
});

test('bodies of other servers are read: no TAB, a blank after the dashes, another boundary', () => {
  const body = writeEncryptedBody(['text'], () => SIGNATURE)
    .toString('latin1')
    .replaceAll('\t', '')
    .replaceAll('--Encrypted Boundary\r\n', '-- Encrypted Boundary\r\n');
  expect(readEncryptedBody(SEALED_TYPE, Buffer.from(body, 'latin1')).sealed.toString()).toBe(
    'text',
  );
  const type =
    'Multipart/Encrypted; boundary=b; Protocol=application/http-spnego-session-encrypted';
  const named = writeEncryptedBody(['text'], () => SIGNATURE)
    .toString('latin1')
    .replaceAll('Encrypted Boundary', 'b');
  expect(isEncryptedType(type)).toBe(true);
  expect(readEncryptedBody(type, Buffer.from(named, 'latin1')).sealed.toString()).toBe('text');
});

test('a body cut at any byte but the last line end is refused', () => {
  const body = writeEncryptedBody(['some text'], seal);
  for (let length = 0; length < body.length - 2; length += 1) {
    expect(() => readEncryptedBody(SEALED_TYPE, body.subarray(0, length))).toThrow(badReply);
  }
});

test.each([
  ['too long', 'Length=9', 'Length=12'],
  ['too short', 'Length=9', 'Length=6'],
  ['missing', 'Length=9', 'Size=9'],
  ['absurd', 'Length=9', 'Length=99999999999'],
])('an announced length that is %s is refused', (_, right, wrong) => {
  const text = writeEncryptedBody(['some text'], seal).toString('latin1').replace(right, wrong);
  expect(() => readEncryptedBody(SEALED_TYPE, Buffer.from(text, 'latin1'))).toThrow(badReply);
});

test.each([0, 300, 0xff_ff_ff_ff])('a signature of %i bytes is refused', (length) => {
  const body = writeEncryptedBody(['some text'], seal);
  body.writeUInt32LE(length, body.indexOf(SIGNATURE) - 4);
  expect(() => readEncryptedBody(SEALED_TYPE, body)).toThrow(badReply);
});

test.each([
  'multipart/encrypted',
  'multipart/encrypted;protocol="application/HTTP-CredSSP-session-encrypted";boundary="Encrypted Boundary"',
])('a type that says too little or something else is refused: %s', (type) => {
  expect(() => readEncryptedBody(type, writeEncryptedBody(['x'], seal))).toThrow(badReply);
});

test('no bytes make the reader do anything but read or refuse', () => {
  const start = writeEncryptedBody(['some text'], seal);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 12 }),
      (edits) => {
        const body = Buffer.from(start);
        for (const [at, value] of edits) body[at] = value;
        expect(isReadOrRefused(() => readEncryptedBody(SEALED_TYPE, body))).toBe(true);
      },
    ),
  );
});
