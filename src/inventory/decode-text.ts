/** The bytes of a text file to text. */
import { PatchwhyError } from '../core/error.ts';

/**
 * UTF-8, or the UTF-16 that Windows PowerShell's `>` writes; a byte order mark is dropped. Throws
 * `inventory.encoding` (exit 2) for anything else: host names must not be guessed.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PatchwhyError(
      'inventory.encoding',
      `${file}: this is not UTF-8 text`,
      'save it as UTF-8',
      { cause },
    );
  }
}
