/**
 * Values that are needed once more at the very end of a run. The first stay as they are; those of a larger fleet are
 * put away small, because thousands of them would be most of what the program holds. Only plain data and dates go in.
 */
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Packing costs a tenth of a millisecond; so many values are no weight yet. */
const AS_THEY_ARE = 1000;
/** Fast, and with tables of a size that fits some kilobytes of text. */
const DEFLATE = { level: 1, memLevel: 6, windowBits: 14 };

export class Attic<T> {
  readonly #asTheyAre: number;
  #count = 0;
  /** Values of one kind have most of their words in common: one is what all others are told apart from. */
  #dictionary: Buffer | undefined;

  constructor(asTheyAre = AS_THEY_ARE) {
    this.#asTheyAre = asTheyAre;
  }

  /** Returns the way to get the value, or a copy of it, back. */
  put(value: T): () => T {
    this.#count += 1;
    return this.#count <= this.#asTheyAre ? itself(value) : this.#packed(value);
  }

  #packed(value: T): () => T {
    const bytes = serialize(value);
    this.#dictionary ??= bytes;
    return unpacked(bytes, this.#dictionary) as () => T;
  }
}

// Functions made side by side share what they hold: these two stand apart, so that nothing packed is held unpacked too.
function itself<T>(value: T): () => T {
  return () => value;
}

function unpacked(bytes: Buffer, dictionary: Buffer): () => unknown {
  // Copied: zlib hands out the start of a block that is far larger.
  const packed = new Uint8Array(deflateRawSync(bytes, { ...DEFLATE, dictionary }));
  return () => deserialize(inflateRawSync(packed, { ...DEFLATE, dictionary })) as unknown;
}
