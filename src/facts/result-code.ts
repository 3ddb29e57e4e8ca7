/** One spelling for result codes: `0x` and eight upper-case digits, whatever the source wrote. */

const WIN32 = 0x8007_0000;

/**
 * Reads a code as Windows writes it: hex with or without `0x`, signed or unsigned decimal, `%%1058` of the Service
 * Control Manager. Small numbers (exit codes, Win32 errors) become `0x8007....`. Anything else gives an empty text.
 */
export function resultCode(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = String(value).trim().replace(/^%%/, '');
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return spell(Number.parseInt(text.slice(2), 16));
  if (/^-?\d{1,10}$/.test(text)) return spell(Number(text) >>> 0);
  if (/^[0-9a-f]{8}$/i.test(text)) return spell(Number.parseInt(text, 16));
  return '';
}

function spell(code: number): string {
  const full = code > 0 && code <= 0xffff ? WIN32 + code : code;
  return `0x${full.toString(16).toUpperCase().padStart(8, '0')}`;
}

export const SUCCESS: ReadonlySet<string> = new Set([
  '',
  '0x00000000',
  '0x80070BC2',
  '0x80070BC3',
  '0x80070669',
]);
