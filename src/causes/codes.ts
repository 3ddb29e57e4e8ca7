/** Result codes in plain words, from any spelling, without a network. */
import { resultCode } from '../facts/result-code.ts';
import { readRecords } from './csv.ts';

export interface Code {
  /** `0x` and eight upper-case digits; decimal for exit codes and database errors. */
  readonly code: string;
  readonly symbol: string;
  readonly component: string;
  readonly meaning: string;
  /** The cause it names most often; empty when it names none by itself. */
  readonly cause: string;
  /** The same value in its other spelling. */
  readonly alt: string;
}

export function readCodes(text: string): readonly Code[] {
  return readRecords(text).map((row) => ({
    code: row['code'] ?? '',
    symbol: row['symbol'] ?? '',
    component: row['component'] ?? '',
    meaning: row['meaning'] ?? '',
    cause: row['cause_id'] ?? '',
    alt: row['alt'] ?? '',
  }));
}

/**
 * What a code means: hex with or without `0x`, signed or unsigned decimal, an installer's exit code, a Win32 error.
 * The exact spelling comes first, then the same value in its other forms (1618 is also 0x80070652). Empty when the
 * text is no code or the table has none like it.
 */
export function explainCode(input: string, codes: readonly Code[]): readonly Code[] {
  const wanted = spellings(input.trim());
  return wanted.flatMap((spelling) => codes.filter(({ code }) => code === spelling));
}

function spellings(text: string): readonly string[] {
  const value = valueOf(text);
  if (value === undefined) return [];
  const unsigned = value >>> 0;
  const hex = hexOf(unsigned);
  const signed = String(unsigned | 0);
  const isSmall = unsigned > 0 && unsigned <= 0xffff;
  const isWin32 = unsigned >>> 16 === 0x8007;
  const win32 = isSmall ? [resultCode(unsigned)] : isWin32 ? [String(unsigned & 0xffff)] : [];
  // A decimal is meant as an exit code or database error before it is meant as a Win32 number.
  const isHex = /^0x/i.test(text) || /[a-f]/i.test(text);
  const own = isHex ? [hex, signed] : [signed, hex];
  return [...new Set([...own, ...win32])];
}

function valueOf(text: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[0-9a-f]{8}$/i.test(text) && /[a-f]/i.test(text)) return Number.parseInt(text, 16);
  if (!/^[+-]?\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 32 ? value : undefined;
}

function hexOf(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}
