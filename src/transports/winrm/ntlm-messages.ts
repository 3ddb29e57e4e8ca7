/** NTLM messages as bytes (MS-NLMP 2.2), little-endian. Knows their layout, no cryptography. */
import { badReply } from './bad-reply.ts';

export const NTLM_FLAGS = {
  unicode: 0x1,
  requestTarget: 0x4,
  sign: 0x10,
  seal: 0x20,
  ntlm: 0x2_00,
  alwaysSign: 0x80_00,
  extendedSessionSecurity: 0x8_00_00,
  targetInfo: 0x80_00_00,
  version: 0x2_00_00_00,
  key128: 0x20_00_00_00,
  keyExchange: 0x40_00_00_00,
  key56: 0x80_00_00_00,
} as const;

/** What we ask for, and the most we ever agree to: no LM key, no OEM text. */
const ASKED = Object.values(NTLM_FLAGS).reduce((all, flag) => (all | flag) >>> 0, 0);

/** Without these there is no sealing worth the name. */
const NEEDED =
  (NTLM_FLAGS.unicode |
    NTLM_FLAGS.sign |
    NTLM_FLAGS.seal |
    NTLM_FLAGS.extendedSessionSecurity |
    NTLM_FLAGS.key128 |
    NTLM_FLAGS.keyExchange) >>>
  0;

/** Ids of the target information's pairs (MS-NLMP 2.2.2.1). */
export const AV = {
  end: 0,
  computer: 1,
  domain: 2,
  dnsComputer: 3,
  dnsDomain: 4,
  flags: 6,
  timestamp: 7,
  targetName: 9,
  channelBindings: 10,
} as const;

export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

export interface Challenge {
  /** The whole message, for the MIC. */
  readonly message: Buffer;
  /** Flags both sides agree on. */
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly targetInfo: readonly AvPair[];
}

export interface AuthenticateParts {
  readonly flags: number;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly lmResponse: Uint8Array;
  readonly ntResponse: Uint8Array;
  readonly encryptedSessionKey: Uint8Array;
  /** With room for a MIC, left zero. */
  readonly hasMic: boolean;
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Windows 10; revision 15. Only for the other side's logs. */
const VERSION = Buffer.from('0a0063450000000f', 'hex');
const VERSION_END = 72;
const MIC_LENGTH = 16;
const MAX_PAIRS = 64;

/** The first message; always the same. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  start(message, 1);
  message.writeUInt32LE(ASKED, 12);
  VERSION.copy(message, 32);
  return message;
}

/** Reads a CHALLENGE. @throws ContactError BAD_REPLY when it cannot be one. */
export function readChallenge(message: Buffer): Challenge {
  if (
    message.length < 48 ||
    !message.subarray(0, 8).equals(SIGNATURE) ||
    message.readUInt32LE(8) !== 2
  ) {
    throw badReply('holds no NTLM challenge');
  }
  const flags = (message.readUInt32LE(20) & ASKED) >>> 0;
  return {
    message,
    flags,
    serverChallenge: message.subarray(24, 32),
    targetInfo: flags & NTLM_FLAGS.targetInfo ? readAvPairs(field(message, 40)) : [],
  };
}

/** Whether what both sides agree on allows sealing with 128-bit keys and session security (no NTLMv1). */
export function isStrongEnough(flags: number): boolean {
  return (flags & NEEDED) >>> 0 === NEEDED;
}

/** The last message; its MIC, if it has room for one, is at `MIC_AT`. */
export function authenticateMessage(parts: AuthenticateParts): Buffer {
  const header = Buffer.alloc(VERSION_END + (parts.hasMic ? MIC_LENGTH : 0));
  start(header, 3);
  header.writeUInt32LE(parts.flags, 60);
  VERSION.copy(header, 64);
  const payload: Uint8Array[] = [header];
  let end = header.length;
  const place = (at: number, bytes: Uint8Array): void => {
    header.writeUInt16LE(bytes.length, at);
    header.writeUInt16LE(bytes.length, at + 2);
    header.writeUInt32LE(end, at + 4);
    end += bytes.length;
    payload.push(bytes);
  };
  place(28, utf16(parts.domain));
  place(36, utf16(parts.user));
  place(44, utf16(parts.workstation));
  place(12, parts.lmResponse);
  place(20, parts.ntResponse);
  place(52, parts.encryptedSessionKey);
  return Buffer.concat(payload, end);
}

export const MIC_AT = VERSION_END;

export function readAvPairs(bytes: Buffer): AvPair[] {
  const pairs: AvPair[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && pairs.length < MAX_PAIRS) {
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (id === AV.end) return pairs;
    if (end > bytes.length) break;
    pairs.push({ id, value: bytes.subarray(at + 4, end) });
    at = end;
  }
  throw badReply('holds an NTLM challenge with broken target information');
}

export function writeAvPairs(pairs: readonly AvPair[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { id, value } of [...pairs, { id: AV.end, value: Buffer.alloc(0) }]) {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    parts.push(head, value);
  }
  return Buffer.concat(parts);
}

export function avValue(pairs: readonly AvPair[], id: number): Buffer | undefined {
  return pairs.find((pair) => pair.id === id)?.value;
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function start(message: Buffer, type: number): void {
  SIGNATURE.copy(message);
  message.writeUInt32LE(type, 8);
}

function field(message: Buffer, at: number): Buffer {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  if (offset + length > message.length) throw badReply('holds an NTLM challenge that is cut off');
  return message.subarray(offset, offset + length);
}
