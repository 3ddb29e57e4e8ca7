/** Inventories on disk. */
import { readFileSync } from 'node:fs';
import { PatchwhyError } from '../core/error.ts';
import type { Inventory } from './parse-inventory.ts';
import { parseInventory } from './parse-inventory.ts';

/** Reads an inventory and the lists it names. Throws `inventory.…` (exit 2). */
export function readInventoryFile(file: string): Inventory {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reason = REASONS[code] ?? `cannot be read (${code})`;
    throw new PatchwhyError(
      'inventory.unreadable',
      `${file}: ${reason}`,
      'name an inventory file: patchwhy scan -i FILE',
      { cause: error },
    );
  }
  return parseInventory(text, file, readText);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'no permission to read it',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'this is not UTF-8 text',
};

/** UTF-8, or the UTF-16 that Windows PowerShell's `>` writes; throws what the file system or the decoder throws. */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
}
