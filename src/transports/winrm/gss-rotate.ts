/**
 * Wrap tokens of Kerberos (RFC 4121, 4.2.6.2). WinRM wants a token in two parts, the first as long as the token is longer
 * than the text, which is what Windows and `gss_wrap_iov` make. `gss_wrap` puts the trailer at the end instead, unrotated:
 * so it is rotated here.
 */
import { ContactError } from '../../core/contact.ts';

const TOKEN_HEADER = 16;
/** Token id of a wrap token, and the flag that says it is sealed. */
const WRAP = 0x05_04;
const SEALED = 0x02;
/** Header, confounder and the encrypted copy of the header: what is not checksum (RFC 4121, 4.2.4). */
const FIXED_OVERHEAD = 32;

/** @throws ContactError stage auth when the token is none of RFC 4121: RC4 contexts have another shape. */
export function rotate(token: Buffer, textLength: number): Buffer {
  const overhead = token.length - textLength;
  if (
    overhead < FIXED_OVERHEAD ||
    token.readUInt16BE(0) !== WRAP ||
    ((token[2] ?? 0) & SEALED) === 0
  ) {
    const message =
      'the host and its domain controller agreed on RC4, which is not spoken here; give the computer account AES keys';
    throw new ContactError({ stage: 'auth', code: 'KDC_ERR_ETYPE_NOSUPP', message });
  }
  const body = token.subarray(TOKEN_HEADER);
  const count = overhead - FIXED_OVERHEAD;
  const rotated = Buffer.concat([
    token.subarray(0, TOKEN_HEADER),
    body.subarray(body.length - count),
    body.subarray(0, body.length - count),
  ]);
  rotated.writeUInt16BE(count, 6);
  return rotated;
}
