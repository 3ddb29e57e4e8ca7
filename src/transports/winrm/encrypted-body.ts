/**
 * The body of a sealed request or reply (MS-WSMV 2.2.9.1). It looks like MIME and is not: TABs before the inner
 * headers, no blank lines, no line end after the binary part, which may hold anything, delimiters included.
 */
import { badReply } from './bad-reply.ts';
import { SIGNATURE_LENGTH } from './ntlm-context.ts';
import { lengthOf, writeParts, type TextParts } from './text-parts.ts';

/** Which context seals: one that was negotiated (NTLM, or Kerberos inside SPNEGO), or Kerberos by itself. */
export type SealProtocol =
  | 'application/HTTP-SPNEGO-session-encrypted'
  | 'application/HTTP-Kerberos-session-encrypted';

const SPNEGO: SealProtocol = 'application/HTTP-SPNEGO-session-encrypted';

export function sealedType(protocol: SealProtocol): string {
  return `multipart/encrypted;protocol="${protocol}";boundary="Encrypted Boundary"`;
}

export const SEALED_TYPE = sealedType(SPNEGO);

const SOAP_TYPE = 'application/soap+xml;charset=UTF-8';
const TAIL = '--Encrypted Boundary--\r\n';
const MAX_HEADER_LINES = 16;
const MAX_LINE = 1024;
const MAX_SIGNATURE = 256;

export interface Sealed {
  readonly signature: Buffer;
  readonly sealed: Buffer;
}

/** A text that NTLM seals, as it is sent; `seal` turns its bytes into sealed ones, as many, and gives the signature. */
export function writeEncryptedBody(text: TextParts, seal: (message: Buffer) => Buffer): Buffer {
  const length = lengthOf(text);
  const head = headOf(SPNEGO, length);
  const signatureAt = head.length + 4;
  const textAt = signatureAt + SIGNATURE_LENGTH;
  const body = Buffer.allocUnsafe(textAt + length + TAIL.length);
  body.write(head, 'latin1');
  body.writeUInt32LE(SIGNATURE_LENGTH, head.length);
  writeParts(text, body, textAt);
  body.set(seal(body.subarray(textAt, textAt + length)), signatureAt);
  body.write(TAIL, textAt + length, 'latin1');
  return body;
}

/** Bytes that are sealed already, as they are sent; `length` is that of the plain text. */
export function sealedBody(
  protocol: SealProtocol,
  { signature, sealed }: Sealed,
  length: number,
): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(signature.length);
  const head = Buffer.from(headOf(protocol, length), 'latin1');
  return Buffer.concat([head, prefix, signature, sealed, Buffer.from(TAIL, 'latin1')]);
}

function headOf(protocol: SealProtocol, length: number): string {
  return (
    `--Encrypted Boundary\r\n\tContent-Type: ${protocol}\r\n` +
    `\tOriginalContent: type=${SOAP_TYPE};Length=${length}\r\n` +
    '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n'
  );
}

export function isEncryptedType(contentType: string): boolean {
  return /^\s*multipart\/encrypted\s*(;|$)/i.test(contentType);
}

/** Takes a body apart, by its announced lengths alone. @throws ContactError BAD_REPLY when they do not add up. */
export function readEncryptedBody(
  contentType: string,
  body: Buffer,
  protocol: SealProtocol = SPNEGO,
): Sealed {
  const boundary = parameter(contentType, BOUNDARY);
  if (boundary === undefined) throw badReply('is sealed without a boundary');
  if (parameter(contentType, PROTOCOL_NAME)?.toLowerCase() !== protocol.toLowerCase()) {
    throw badReply('is sealed in a way nobody asked for');
  }
  const lines = new Lines(body);
  expectDelimiter(lines, boundary);
  const announced = announcedLength(lines, boundary);
  lines.next(); // the part's own Content-Type
  const at = lines.at;
  const signatureLength = at + 4 <= body.length ? body.readUInt32LE(at) : 0;
  if (signatureLength === 0 || signatureLength > MAX_SIGNATURE) throw badReply('has no signature');
  const dataAt = at + 4 + signatureLength;
  const end = dataAt + announced;
  if (end > body.length) throw badReply('is shorter than it says');
  const tail = body.toString('latin1', end, end + MAX_LINE).trimEnd();
  if (tail !== `--${boundary}--` && tail !== `-- ${boundary}--`) {
    throw badReply('is not as long as it says');
  }
  return { signature: body.subarray(at + 4, dataAt), sealed: body.subarray(dataAt, end) };
}

/** Reads the outer headers up to the second delimiter. */
function announcedLength(lines: Lines, boundary: string): number {
  let length: number | undefined;
  for (let n = 0; n < MAX_HEADER_LINES; n += 1) {
    const line = lines.next().trim();
    if (isDelimiter(line, boundary)) {
      if (length === undefined) break;
      return length;
    }
    const found = /^OriginalContent\s*:.*?;\s*Length\s*=\s*"?(\d{1,9})"?/i.exec(line);
    if (found) length = Number(found[1]);
  }
  throw badReply('is sealed without its length');
}

function expectDelimiter(lines: Lines, boundary: string): void {
  if (!isDelimiter(lines.next().trim(), boundary)) throw badReply('has broken seal headers');
}

/** Exchange writes a blank after the dashes. */
function isDelimiter(line: string, boundary: string): boolean {
  return line === `--${boundary}` || line === `-- ${boundary}`;
}

const BOUNDARY = parameterPattern('boundary');
const PROTOCOL_NAME = parameterPattern('protocol');

function parameterPattern(name: string): RegExp {
  return new RegExp(String.raw`;\s*${name}\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))`, 'i');
}

function parameter(contentType: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/** Lines ended by CRLF from the start of a body; bounded, since what follows them is binary. */
class Lines {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): string {
    const end = this.#bytes.indexOf('\r\n', this.at, 'latin1');
    if (end < 0 || end - this.at > MAX_LINE) throw badReply('has broken seal headers');
    const line = this.#bytes.toString('latin1', this.at, end);
    this.at = end + 2;
    return line;
  }
}
