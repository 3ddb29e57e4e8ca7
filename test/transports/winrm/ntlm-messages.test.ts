import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AV,
  avValue,
  isStrongEnough,
  negotiateMessage,
  NTLM_FLAGS,
  readAvPairs,
  readChallenge,
  writeAvPairs,
} from '../../../src/transports/winrm/ntlm-messages.ts';
import { fixture, hex, isReadOrRefused, vectors } from './fixtures.ts';

test("a domain controller's recorded challenge is read", () => {
  const { flags, serverChallenge, targetInfo } = readChallenge(
    fixture('pyspnego/ntlm_challenge.bin'),
  );
  expect(isStrongEnough(flags)).toBe(true);
  expect(serverChallenge).toHaveLength(8);
  expect(avValue(targetInfo, AV.domain)?.toString('utf16le')).toBe('DOMAIN');
  expect(avValue(targetInfo, AV.timestamp)).toHaveLength(8);
});

test('the negotiate message asks for sealing and never for an LM key', () => {
  const message = negotiateMessage();
  const recorded = fixture('pyspnego/ntlm_negotiate.bin');
  expect(message.subarray(0, 12)).toEqual(recorded.subarray(0, 12));
  const flags = message.readUInt32LE(12);
  expect(isStrongEnough(flags)).toBe(true);
  expect(flags & 0x80).toBe(0);
});

test.each(['extendedSessionSecurity', 'key128', 'keyExchange', 'seal', 'sign', 'unicode'] as const)(
  'a challenge without %s is too weak',
  (flag) => {
    const message = Buffer.from(fixture('pyspnego/ntlm_challenge.bin'));
    message.writeUInt32LE((message.readUInt32LE(20) & ~NTLM_FLAGS[flag]) >>> 0, 20);
    expect(isStrongEnough(readChallenge(message).flags)).toBe(false);
  },
);

test.each([
  ['nothing', Buffer.alloc(0)],
  ['only a header', hex('4e544c4d53535000020000000500')],
  ['another message', fixture('pyspnego/ntlm_authenticate.bin')],
  ['target information beyond the end', hex(vectors.messages.challenge).subarray(0, 80)],
])('%s is no challenge', (_, message) => {
  expect(() => readChallenge(message)).toThrow(
    expect.objectContaining({ stage: 'http', code: 'BAD_REPLY' }) as Error,
  );
});

test('no bytes make the challenge reader do anything but read or refuse', () => {
  const start = fixture('pyspnego/ntlm_challenge.bin');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(205), fc.nat(255)), { maxLength: 20 }),
      fc.nat(206),
      (edits, length) => {
        const message = Buffer.from(start.subarray(0, length));
        for (const [at, value] of edits) if (at < length) message[at] = value;
        expect(isReadOrRefused(() => readChallenge(message))).toBe(true);
      },
    ),
  );
});

test('target information survives writing and reading', () => {
  const pair = fc.record({
    id: fc.integer({ min: 1, max: 65_535 }),
    value: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      expect(readAvPairs(writeAvPairs(pairs))).toEqual(pairs);
    }),
  );
});
