/**
 * Values that are needed once more at the very end of a run, put away small until then: thousands of them would
 * otherwise be most of what the program holds. Only plain data and dates go in; a copy comes out.
 */
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Fast, and with tables of a size that fits some kilobytes of text. */
const DEFLATE = { level: 1, memLevel: 6, windowBits: 14 };

export class Attic<T> {
  /** Values of one kind have most of their words in common: the first is what the others are told apart from. */
  #dictionary: Buffer | undefined;

  put(value: T): Uint8Array {
    const bytes = serialize(value);
    this.#dictionary ??= bytes;
    // Copied: zlib hands out the start of a block that is far larger.
    return new Uint8Array(deflateRawSync(bytes, { ...DEFLATE, dictionary: this.#dictionary }));
  }

  get(packed: Uint8Array): T {
    const dictionary = this.#dictionary;
    if (dictionary === undefined) throw new Error('nothing was put away');
    return deserialize(inflateRawSync(packed, { ...DEFLATE, dictionary })) as T;
  }
}
