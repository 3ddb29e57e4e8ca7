import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NtlmContext } from '../../../src/transports/winrm/ntlm-context.ts';
import { hex, vectors } from './fixtures.ts';

const KEY = hex(vectors.inputs.randomSessionKey);
const plaintext = (): Buffer => Buffer.from('Plaintext', 'utf16le');

test('sealing the published messages gives the published bytes, on one running stream', () => {
  const client = new NtlmContext(KEY);
  const { gssWrapClientSeq0, derived_gssWrapClientSeq1_sameHandle } = vectors.ntlmv2;
  for (const vector of [gssWrapClientSeq0, derived_gssWrapClientSeq1_sameHandle]) {
    const message = plaintext();
    expect(client.seal(message).toString('hex')).toBe(vector.signature);
    expect(message.toString('hex')).toBe(vector.sealed);
  }
});

test('the other direction has keys of its own', () => {
  const vector = vectors.ntlmv2.derived_gssWrapServerSeq0;
  const message = hex(vector.sealed);
  new NtlmContext(KEY).open(message, hex(vector.signature));
  expect(message).toEqual(plaintext());
});

test('what one side seals the other opens, message after message', () => {
  const client = new NtlmContext(KEY, 'client');
  const server = new NtlmContext(KEY, 'server');
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 9000, size: 'max' }),
      fc.boolean(),
      (bytes, isRequest) => {
        const [from, to] = isRequest ? [client, server] : [server, client];
        const message = Buffer.from(bytes);
        to.open(message, from.seal(message));
        expect(message).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test.each([
  ['a bit of the message', (message: Buffer) => message.writeUInt8(message.readUInt8(3) ^ 1, 3)],
  [
    'a bit of the checksum',
    (_: Buffer, signature: Buffer) => signature.writeUInt8(signature.readUInt8(5) ^ 1, 5),
  ],
  ['the sequence number', (_: Buffer, signature: Buffer) => signature.writeUInt32LE(1, 12)],
])('%s changed on the way ends the context for good', (_, change) => {
  const server = new NtlmContext(KEY, 'server');
  const client = new NtlmContext(KEY);
  const message = plaintext();
  const signature = server.seal(message);
  change(message, signature);
  const refusal = expect.objectContaining({ stage: 'http', code: 'BAD_REPLY' }) as Error;
  expect(() => client.open(message, signature)).toThrow(refusal);
  expect(() => client.seal(plaintext())).toThrow('broken');
  expect(() => client.open(plaintext(), signature)).toThrow('broken');
});

test('a reply heard twice is refused', () => {
  const server = new NtlmContext(KEY, 'server');
  const client = new NtlmContext(KEY);
  const first = plaintext();
  const signature = server.seal(first);
  client.open(Buffer.from(first), signature);
  expect(() => client.open(Buffer.from(first), signature)).toThrow('seal');
});
