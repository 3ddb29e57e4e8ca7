/** Tells network addresses from versions, times and other numbers that look like them. */
import { isIPv6 } from 'node:net';

/** Words before a version. A private address hardly ever follows one of these. */
const VERSION_BEFORE =
  /(?:version|ver|build|firmware|driver|revision|release|framework|\.net|(?<![\p{L}\p{N}])v)[\s:=("'-]{0,3}$/iu;
/** Words before a version or an address: four numbers of a public range are then rather a version. */
const PRODUCT_BEFORE =
  /(?:platform|engine|product|agent|client|runtime|package|update|setup|app|module|signature)[\s:=("'-]{0,3}$/iu;

/**
 * Whether four numbers divided by dots are an address that somebody may be found by. In doubt they are: a version
 * that is masked costs a reader little.
 *
 * @param before the text before them
 * @param after the text behind them
 */
export function isIpv4(text: string, before: string, after: string): boolean {
  const octets = text.split('.');
  if (octets.some((octet) => Number(octet) > 255 || /^0\d/.test(octet))) return false;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  // This host, no host, and network masks.
  if (a === 127 || a === 0 || a === 255) return false;
  if (VERSION_BEFORE.test(before)) return false;
  // A folder named by a version; the name of a server stands behind two backslashes.
  if (/[^\\]\\$/.test(before) && after.startsWith('\\')) return false;
  if (isPrivate(a, b)) return true;
  return !(c === 0 && d === 0) && !PRODUCT_BEFORE.test(before);
}

function isPrivate(a: number, b: number): boolean {
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

/** Whether a text is an IPv6 address that somebody may be found by; a zone (`%12`) may follow it. */
export function isTellingIpv6(text: string): boolean {
  const address = text.replace(/%\w+$/, '');
  return isIPv6(address) && !/^(::1?|::ffff:127\..*)$/i.test(address);
}
