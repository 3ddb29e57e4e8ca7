import { describe, expect, test } from 'vitest';
import {
  answerChallenge,
  clockSkewSeconds,
  mic,
} from '../../../src/transports/winrm/ntlm-answer.ts';
import {
  AV,
  avValue,
  negotiateMessage,
  readAvPairs,
  readChallenge,
} from '../../../src/transports/winrm/ntlm-messages.ts';
import { fixture, hex, vectors } from './fixtures.ts';

const { inputs, ntlmv2, messages } = vectors;
const account = { domain: inputs.userDomain, user: inputs.user };
const fixed = {
  clientChallenge: hex(inputs.clientChallenge),
  sessionKey: hex(inputs.randomSessionKey),
  time: hex(inputs.time),
};

test('the answer to the published challenge is the published answer (MS-NLMP 4.2.4)', () => {
  const { message, sessionKey } = answerChallenge({
    negotiate: negotiateMessage(),
    challenge: readChallenge(hex(messages.challenge)),
    account,
    passwordHash: hex(ntlmv2.ntowfv2),
    targetName: '',
    workstation: 'COMPUTER',
    fixed,
  });
  const published = hex(messages.authenticateWithoutMic);
  // Flags and version are those of the client.
  const ours = Buffer.from(message);
  published.copy(ours, 60, 60, 72);
  expect(ours.toString('hex')).toBe(published.toString('hex'));
  expect(sessionKey).toEqual(fixed.sessionKey);
});

test('the MIC is made over all three messages', () => {
  const { exportedSessionKey, negotiate, challenge, authenticate, mic: published } = vectors.mic;
  const last = hex(authenticate);
  last.fill(0, 72, 88);
  expect(mic(hex(exportedSessionKey), hex(negotiate), hex(challenge), last).toString('hex')).toBe(
    published,
  );
});

describe('an answer to a host that tells its time', () => {
  const challenge = readChallenge(fixture('pyspnego/ntlm_challenge.bin'));
  const { message, sessionKey } = answerChallenge({
    negotiate: negotiateMessage(),
    challenge,
    account,
    passwordHash: hex(ntlmv2.ntowfv2),
    targetName: 'HTTP/ws-1',
    workstation: 'CONSOLE',
    channelBindings: Buffer.alloc(16, 7),
  });
  const field = (at: number): Buffer => {
    const start = message.readUInt32LE(at + 4);
    return message.subarray(start, start + message.readUInt16LE(at));
  };
  const pairs = readAvPairs(field(20).subarray(44));

  test('bears a MIC that fits', () => {
    const zeroed = Buffer.from(message);
    zeroed.fill(0, 72, 88);
    const expected = mic(sessionKey, negotiateMessage(), challenge.message, zeroed);
    expect(message.subarray(72, 88)).toEqual(expected);
  });

  test('has no LM response', () => {
    expect(field(12)).toEqual(Buffer.alloc(24));
  });

  test("keeps the host's own names and adds target and channel bindings", () => {
    expect(avValue(pairs, AV.domain)?.toString('utf16le')).toBe('DOMAIN');
    expect(avValue(pairs, AV.targetName)?.toString('utf16le')).toBe('HTTP/ws-1');
    expect(avValue(pairs, AV.channelBindings)).toEqual(Buffer.alloc(16, 7));
    expect(avValue(pairs, AV.flags)).toEqual(Buffer.from([2, 0, 0, 0]));
  });
});

test.each([
  [0, 0],
  [61_400, -61],
  [-300_000, 300],
])('a console that is %i ms ahead of the host sees a skew of %i s', (ms, seconds) => {
  const challenge = readChallenge(fixture('pyspnego/ntlm_challenge.bin'));
  const ticks = avValue(challenge.targetInfo, AV.timestamp)?.readBigUInt64LE() ?? 0n;
  const hostMs = Number(ticks / 10_000n) - 11_644_473_600_000;
  expect(clockSkewSeconds(challenge, hostMs + ms)).toBe(seconds);
});

test('a host that does not tell its time has no skew, not a skew of zero', () => {
  expect(clockSkewSeconds(readChallenge(hex(messages.challenge)), Date.now())).toBeUndefined();
});
