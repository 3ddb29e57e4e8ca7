/** NTLMv2: the answer to a challenge (MS-NLMP 3.3.2) and the sealing that follows from it (3.4). */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { badReply } from './bad-reply.ts';
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
  const proof = hmacMd5(passwordHash, challenge.serverChallenge, temp);
  const keyExchangeKey = hmacMd5(passwordHash, proof);
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
  return hmacMd5(sessionKey, ...messages);
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
  const proof = hmacMd5(passwordHash, challenge.serverChallenge, clientChallenge);
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

export interface Sealed {
  readonly signature: Buffer;
  readonly sealed: Buffer;
}

const DIRECTIONS = {
  client: { writes: 'client-to-server', reads: 'server-to-client' },
  server: { writes: 'server-to-client', reads: 'client-to-server' },
} as const;

/**
 * Seals and opens the messages of one connection. Streams and sequence numbers run on with every message, so a
 * message lost, repeated or changed ends the context: it then refuses everything.
 */
export class NtlmContext {
  readonly #writing: Direction;
  readonly #reading: Direction;
  #isBroken = false;

  constructor(sessionKey: Uint8Array, side: keyof typeof DIRECTIONS = 'client') {
    this.#writing = direction(sessionKey, DIRECTIONS[side].writes);
    this.#reading = direction(sessionKey, DIRECTIONS[side].reads);
  }

  seal(message: Uint8Array): Sealed {
    if (this.#isBroken) throw new Error('a broken NTLM context was used again');
    const sealed = this.#writing.stream.next(message);
    return { signature: sign(this.#writing, message), sealed };
  }

  /** @throws ContactError BAD_REPLY when signature or order do not fit. */
  open({ signature, sealed }: Sealed): Buffer {
    if (this.#isBroken) throw new Error('a broken NTLM context was used again');
    const message = this.#reading.stream.next(sealed);
    const expected = sign(this.#reading, message);
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) {
      return message;
    }
    this.#isBroken = true;
    throw badReply('does not bear the right seal');
  }
}

interface Direction {
  readonly signKey: Buffer;
  readonly stream: Rc4;
  sequence: number;
}

function direction(sessionKey: Uint8Array, name: string): Direction {
  const key = (kind: string): Buffer => {
    const magic = Buffer.from(`session key to ${name} ${kind} key magic constant\0`, 'latin1');
    return hash('md5', Buffer.concat([sessionKey, magic]), 'buffer');
  };
  return { signKey: key('signing'), stream: new Rc4(key('sealing')), sequence: 0 };
}

/** MS-NLMP 3.4.4.2, with key exchange: the checksum goes through the same stream, after the message. */
function sign(way: Direction, message: Uint8Array): Buffer {
  const signature = Buffer.alloc(16);
  signature.writeUInt32LE(1, 0);
  signature.writeUInt32LE(way.sequence, 12);
  way.stream.apply(
    hmacMd5(way.signKey, signature.subarray(12), message).subarray(0, 8),
    signature,
    4,
  );
  way.sequence += 1;
  return signature;
}

function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
