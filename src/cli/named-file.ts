/** Files that the user names on the command line. */
import { readFileSync } from 'node:fs';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import { decodeText } from '../inventory/decode-text.ts';

/** The text of a file; `-` is stdin. Throws `use.file` (exit 2). */
export function readNamedFile(file: string): string {
  try {
    return decodeText(readFileSync(file === '-' ? 0 : file), file);
  } catch (error) {
    if (error instanceof PatchwhyError) throw error;
    const code = errnoOf(error) ?? 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new PatchwhyError('use.file', `${file}: ${why}`, 'check the path and who may read it', {
      cause: error,
    });
  }
}
