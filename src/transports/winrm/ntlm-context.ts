/** Sealing with the key that a log-on leaves behind: NTLM session security (MS-NLMP 3.4), as long as the connection lives. */
import { timingSafeEqual } from 'node:crypto';
import { badReply } from './bad-reply.ts';
import { HmacMd5, md5 } from './hmac-md5.ts';
import { Rc4 } from './rc4.ts';

export const SIGNATURE_LENGTH = 16;

const DIRECTIONS = {
  client: { writes: 'client-to-server', reads: 'server-to-client' },
  server: { writes: 'server-to-client', reads: 'client-to-server' },
} as const;

/**
 * Seals and opens the messages of one connection, in place. Streams and sequence numbers run on with every message,
 * so a message lost, repeated or changed ends the context: it then refuses everything.
 */
export class NtlmContext {
  readonly #writing: Direction;
  readonly #reading: Direction;
  #isBroken = false;

  constructor(sessionKey: Uint8Array, side: keyof typeof DIRECTIONS = 'client') {
    this.#writing = direction(sessionKey, DIRECTIONS[side].writes);
    this.#reading = direction(sessionKey, DIRECTIONS[side].reads);
  }

  /** Turns the message into its sealed form; the result is the signature. */
  seal(message: Buffer): Buffer {
    this.#refuseWhenBroken();
    const checksum = checksumOf(this.#writing, message);
    this.#writing.stream.apply(message, message);
    return signature(this.#writing, checksum);
  }

  /** Turns sealed bytes into the message. @throws ContactError BAD_REPLY when signature or order do not fit. */
  open(sealed: Buffer, received: Buffer): void {
    this.#refuseWhenBroken();
    this.#reading.stream.apply(sealed, sealed);
    const expected = signature(this.#reading, checksumOf(this.#reading, sealed));
    if (received.length === expected.length && timingSafeEqual(received, expected)) return;
    this.#isBroken = true;
    throw badReply('does not bear the right seal');
  }

  #refuseWhenBroken(): void {
    if (this.#isBroken) throw new Error('a broken NTLM context was used again');
  }
}

interface Direction {
  readonly signing: HmacMd5;
  readonly stream: Rc4;
  sequence: number;
}

function direction(sessionKey: Uint8Array, name: string): Direction {
  const key = (kind: string): Buffer =>
    md5(sessionKey, Buffer.from(`session key to ${name} ${kind} key magic constant\0`, 'latin1'));
  return { signing: new HmacMd5(key('signing')), stream: new Rc4(key('sealing')), sequence: 0 };
}

/** Over the plain message, before it goes through the stream (3.4.4.2). */
function checksumOf({ signing, sequence }: Direction, message: Buffer): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(sequence);
  return signing.digest(number, message).subarray(0, 8);
}

/** With key exchange the checksum goes through the same stream, after the message. */
function signature(way: Direction, checksum: Buffer): Buffer {
  const bytes = Buffer.alloc(SIGNATURE_LENGTH);
  bytes.writeUInt32LE(1, 0);
  way.stream.apply(checksum, bytes, 4);
  bytes.writeUInt32LE(way.sequence, 12);
  way.sequence += 1;
  return bytes;
}
