/** Bytes of a console to text. Only ASCII is relied on; the rest is for display, as good as it gets. */

/** Code pages that the platform can decode; those of Western consoles (437, 850) are not among them. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [866, 'ibm866'],
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gbk'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [1250, 'windows-1250'],
  [1251, 'windows-1251'],
  [1252, 'windows-1252'],
]);

/** `codePage` is what `chcp` named. A byte that cannot be told is the replacement character. */
export function decode(bytes: Uint8Array, codePage: number | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const encoding = ENCODINGS.get(codePage ?? 0);
    if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes);
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\u0080-\u00FF]/g, '\uFFFD');
  }
}
