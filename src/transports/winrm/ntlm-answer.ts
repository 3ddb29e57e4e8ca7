/** NTLMv2: the answer to a challenge (MS-NLMP 3.3.2). */
import { randomBytes } from 'node:crypto';
import { HmacMd5 } from './hmac-md5.ts';
import type { AccountName } from './ntlm-identity.ts';
import {
  AV,
  authenticateMessage,
  avValue,
  MIC_AT,
  utf16,
  writeAvPairs,
  type AvPair,
  type Challenge,
} from './ntlm-messages.ts';
import { Rc4 } from './rc4.ts';

export interface AnswerParts {
  readonly negotiate: Uint8Array;
  readonly challenge: Challenge;
  readonly account: AccountName;
  /** NTOWFv2 of the account. */
  readonly passwordHash: Uint8Array;
  /** `HTTP/host`, by the name the user knows. */
  readonly targetName: string;
  readonly workstation: string;
  /** MD5 over the server's certificate, over HTTPS. */
  readonly channelBindings?: Buffer;
  /** Given only by tests; otherwise random, and the time of the challenge or of this machine. */
  readonly fixed?: {
    readonly clientChallenge: Buffer;
    readonly sessionKey: Buffer;
    readonly time: Buffer;
  };
}

export interface Answer {
  readonly message: Buffer;
  readonly sessionKey: Buffer;
}

const HAS_MIC = 2;

/** The AUTHENTICATE message for a challenge, and the key both sides then share. */
export function answerChallenge(parts: AnswerParts): Answer {
  const { challenge, passwordHash } = parts;
  const clientChallenge = parts.fixed?.clientChallenge ?? randomBytes(8);
  const sessionKey = parts.fixed?.sessionKey ?? randomBytes(16);
  const timestamp = avValue(challenge.targetInfo, AV.timestamp);
  const temp = Buffer.concat([
    Buffer.from('0101000000000000', 'hex'),
    timestamp ?? parts.fixed?.time ?? fileTime(Date.now()),
    clientChallenge,
    Buffer.alloc(4),
    writeAvPairs(targetInfo(parts, timestamp !== undefined)),
    Buffer.alloc(4),
  ]);
  const proof = new HmacMd5(passwordHash).digest(challenge.serverChallenge, temp);
  const keyExchangeKey = new HmacMd5(passwordHash).digest(proof);
  const message = authenticateMessage({
    ...parts.account,
    flags: challenge.flags,
    workstation: parts.workstation,
    // A host that tells its time wants a MIC, and no LM response.
    lmResponse: timestamp ? Buffer.alloc(24) : lmv2(passwordHash, challenge, clientChallenge),
    ntResponse: Buffer.concat([proof, temp]),
    encryptedSessionKey: new Rc4(keyExchangeKey).next(sessionKey),
    hasMic: timestamp !== undefined,
  });
  if (timestamp) mic(sessionKey, parts.negotiate, challenge.message, message).copy(message, MIC_AT);
  return { message, sessionKey };
}

/** The message integrity code over all three messages, the last with its own field zero. */
export function mic(sessionKey: Uint8Array, ...messages: readonly Uint8Array[]): Buffer {
  return new HmacMd5(sessionKey).digest(...messages);
}

/** Host clock minus ours in seconds, from the challenge; undefined where the host does not tell its time. */
export function clockSkewSeconds(challenge: Challenge, nowMs: number): number | undefined {
  const timestamp = avValue(challenge.targetInfo, AV.timestamp);
  if (timestamp?.length !== 8) return undefined;
  const hostMs = Number(timestamp.readBigUInt64LE() / TICKS_PER_MS - EPOCH_MS);
  return Math.round((hostMs - nowMs) / 1000);
}

/** The server's pairs as received, then ours. */
function targetInfo(parts: AnswerParts, hasMic: boolean): AvPair[] {
  const ours: AvPair[] = [];
  if (hasMic) ours.push({ id: AV.flags, value: Buffer.from([HAS_MIC, 0, 0, 0]) });
  if (parts.channelBindings) ours.push({ id: AV.channelBindings, value: parts.channelBindings });
  if (parts.targetName) ours.push({ id: AV.targetName, value: utf16(parts.targetName) });
  const replaced = new Set(ours.map(({ id }) => id));
  return [...parts.challenge.targetInfo.filter(({ id }) => !replaced.has(id)), ...ours];
}

function lmv2(passwordHash: Uint8Array, challenge: Challenge, clientChallenge: Buffer): Buffer {
  const proof = new HmacMd5(passwordHash).digest(challenge.serverChallenge, clientChallenge);
  return Buffer.concat([proof, clientChallenge]);
}

const TICKS_PER_MS = 10_000n;
/** From 1601, where Windows counts from, to 1970. */
const EPOCH_MS = 11_644_473_600_000n;

function fileTime(ms: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(ms) + EPOCH_MS) * TICKS_PER_MS);
  return time;
}
