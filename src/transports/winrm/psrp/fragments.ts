/** Messages cut into fragments and put together again (MS-PSRP 2.2.4). Knows bytes only. */
import { badReply } from '../bad-reply.ts';

/** Object id and fragment id of 8 bytes each, flags of one, length of 4; all big-endian. */
const HEADER_BYTES = 21;
const START = 1;
const END = 2;
/** The longest message taken: a document has 256 kB, and one error record of Windows hardly 100 kB. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * One message as fragments, each with its header. An empty message is one empty fragment.
 *
 * @param objectId unlike that of every other message of the session
 * @param room bytes of the longest fragment, header included; more than 21
 */
export function fragmentsOf(message: Uint8Array, objectId: number, room: number): Buffer[] {
  const step = room - HEADER_BYTES;
  if (step < 1) throw new RangeError('no room for a fragment');
  const count = Math.max(1, Math.ceil(message.length / step));
  return Array.from({ length: count }, (_, index) => {
    const part = message.subarray(index * step, (index + 1) * step);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeBigUInt64BE(BigInt(objectId), 0);
    header.writeBigUInt64BE(BigInt(index), 8);
    header[16] = (index === 0 ? START : 0) | (index === count - 1 ? END : 0);
    header.writeUInt32BE(part.length, 17);
    return Buffer.concat([header, part]);
  });
}

/**
 * Puts together what one stream brings, in pieces of any size. A stream sends one message after the other and each in
 * order; whatever else comes is refused.
 */
export class Defragmenter {
  readonly #limit: number;
  /** Bytes of a fragment that has not come whole. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes that must be held before there is anything to do. */
  #wanted = HEADER_BYTES;
  #object: bigint | undefined;
  #next = 0n;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(limit: number = MOST_BYTES) {
    this.#limit = limit;
  }

  /** The messages that are whole now. @throws ContactError BAD_REPLY. */
  push(bytes: Uint8Array): Buffer[] {
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    const messages: Buffer[] = [];
    for (;;) {
      const fragment = this.#take();
      if (fragment === undefined) return messages;
      const message = this.#add(fragment);
      if (message !== undefined) messages.push(message);
    }
  }

  /** The next whole fragment of what is held. */
  #take(): Fragment | undefined {
    if (this.#heldBytes < this.#wanted) return undefined;
    const held = this.#joined();
    const length = held.readUInt32BE(17);
    if (length + this.#partBytes > this.#limit) throw badReply('holds a message without end');
    const end = HEADER_BYTES + length;
    this.#wanted = held.length < end ? end : HEADER_BYTES;
    if (held.length < end) return undefined;
    this.#held = [held.subarray(end)];
    this.#heldBytes = held.length - end;
    return {
      object: held.readBigUInt64BE(0),
      index: held.readBigUInt64BE(8),
      flags: held[16] ?? 0,
      body: held.subarray(HEADER_BYTES, end),
    };
  }

  #joined(): Buffer {
    const [first] = this.#held;
    if (first !== undefined && this.#held.length === 1) return first;
    const joined = Buffer.concat(this.#held);
    this.#held = [joined];
    return joined;
  }

  #add({ object, index, flags, body }: Fragment): Buffer | undefined {
    const isStart = (flags & START) !== 0;
    const isNext = isStart
      ? this.#object === undefined && index === 0n
      : this.#object === object && index === this.#next;
    if (!isNext) throw badReply('holds fragments out of order');
    this.#object = object;
    this.#next = index + 1n;
    this.#parts.push(body);
    this.#partBytes += body.length;
    if ((flags & END) === 0) return undefined;
    const message = Buffer.concat(this.#parts);
    this.#object = undefined;
    this.#parts = [];
    this.#partBytes = 0;
    return message;
  }
}

interface Fragment {
  readonly object: bigint;
  readonly index: bigint;
  readonly flags: number;
  readonly body: Buffer;
}
