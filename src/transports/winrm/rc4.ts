/** RC4, which OpenSSL 3 no longer offers and NTLM seals messages with. One stream: it is never reset. */

export class Rc4 {
  readonly #table = new Uint8Array(256);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    const table = this.#table;
    for (let i = 0; i < 256; i += 1) table[i] = i;
    for (let i = 0, j = 0; i < 256; i += 1) {
      const swapped = table[i] ?? 0;
      j = (j + swapped + (key[i % key.length] ?? 0)) & 0xff;
      table[i] = table[j] ?? 0;
      table[j] = swapped;
    }
  }

  /** Writes the next bytes of the stream over `source` into `target` from `at`; both may be the same array. */
  apply(source: Uint8Array, target: Uint8Array, at = 0): void {
    const table = this.#table;
    let i = this.#i;
    let j = this.#j;
    for (let n = 0; n < source.length; n += 1) {
      i = (i + 1) & 0xff;
      const x = table[i] as number;
      j = (j + x) & 0xff;
      const y = table[j] as number;
      table[i] = y;
      table[j] = x;
      target[at + n] = (source[n] as number) ^ (table[(x + y) & 0xff] as number);
    }
    this.#i = i;
    this.#j = j;
  }

  /** The same into a new buffer. */
  next(source: Uint8Array): Buffer {
    const target = Buffer.allocUnsafe(source.length);
    this.apply(source, target);
    return target;
  }
}
