/** HMAC-MD5 (RFC 2104) with a key that is used often: Node makes a key object each time, at five times the cost. */
import { createHash, hash } from 'node:crypto';

const BLOCK = 64;
/** Longer messages are hashed where they lie instead of being joined first. */
const SHORT = 4096;

export class HmacMd5 {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** @param key at most 64 bytes. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK)
      throw new RangeError('HMAC keys longer than a block are not needed here');
    this.#inner = pad(key, 0x36);
    this.#outer = pad(key, 0x5c);
  }

  digest(...parts: readonly Uint8Array[]): Buffer {
    return md5(this.#outer, md5(this.#inner, ...parts));
  }
}

/** MD5 over the parts in a row. */
export function md5(...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size <= SHORT) return hash('md5', Buffer.concat(parts, size), 'buffer');
  const long = createHash('md5');
  for (const part of parts) long.update(part);
  return long.digest();
}

function pad(key: Uint8Array, byte: number): Buffer {
  const block = Buffer.alloc(BLOCK, byte);
  key.forEach((value, index) => {
    block[index] = value ^ byte;
  });
  return block;
}
