/** What SQLite and the file system refuse, in words that say what to do. */
import { errnoOf, PatchwhyError } from '../core/error.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const KEPT = "the runs' own files are kept, and what is missing here is taken in the next time";

/** Any other error as it is. */
export function sqliteTrouble(file: string, error: unknown): unknown {
  const refused = (code: string, why: string, hint: string): PatchwhyError =>
    new PatchwhyError(`history.${code}`, `the history ${file} ${why}`, hint, { cause: error });
  switch (codeOf(error)) {
    case FULL:
    case 'ENOSPC':
    case 'EDQUOT':
      return refused('full', 'cannot be written: the disk is full', `free it; ${KEPT}`);
    case READONLY:
    case CANTOPEN:
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
      return refused(
        'unwritable',
        'cannot be opened for writing',
        `set PATCHWHY_STATE to a folder of yours; ${KEPT}`,
      );
    case CORRUPT:
    case NOTADB:
      return refused(
        'damaged',
        'is damaged',
        "patchwhy history rebuild makes it anew from the runs' own files",
      );
    case BUSY:
      return refused('busy', 'is being written by another patchwhy', `wait for it to end; ${KEPT}`);
    case undefined:
    default:
      return error;
  }
}

/** Whether the history stands in the way, and not what it was asked. */
export function isHistoryTrouble(error: unknown): error is PatchwhyError {
  return (
    error instanceof PatchwhyError &&
    /^history\.(full|unwritable|damaged|busy|unreachable)$/.test(error.code)
  );
}

function codeOf(error: unknown): number | string | undefined {
  const { errcode } = error as { readonly errcode?: unknown };
  // Extended codes hold the primary one in their lowest byte.
  return typeof errcode === 'number' ? errcode & 0xff : errnoOf(error);
}
