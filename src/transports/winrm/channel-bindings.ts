/** Channel bindings: proof, inside a log-on, that it travels in this very TLS connection (RFC 5929, MS-NLMP 2.2.2.1). */
import { hash } from 'node:crypto';
import { md5 } from './hmac-md5.ts';

/** The application data of the channel bindings for a server certificate in DER. */
export function serverEndPoint(certificate: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    hash(endPointHash(certificate), certificate, 'buffer'),
  ]);
}

/** The value of MsvAvChannelBindings for a server certificate in DER: 16 bytes. */
export function channelBindings(certificate: Uint8Array): Buffer {
  const application = serverEndPoint(certificate);
  // gss_channel_bindings_struct without addresses: four zero words, then the application data with its length.
  const bindings = Buffer.alloc(20);
  bindings.writeUInt32LE(application.length, 16);
  return md5(bindings, application);
}

type HashName = 'sha256' | 'sha384' | 'sha512';

/** Signature and hash algorithms by the hex of their OID; MD5, SHA-1 and all others become SHA-256. */
const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['2a864886f70d01010c', 'sha384'], // sha384WithRSAEncryption
  ['2a864886f70d01010d', 'sha512'], // sha512WithRSAEncryption
  ['2a8648ce3d040303', 'sha384'], // ecdsa-with-SHA384
  ['2a8648ce3d040304', 'sha512'], // ecdsa-with-SHA512
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
]);
const RSA_PSS = '2a864886f70d01010a';

/** The hash of the certificate's own signature. Read from DER: Node 22 does not tell it. */
function endPointHash(certificate: Uint8Array): HashName {
  const algorithm = children(children(read(certificate, 0)?.content)[1]?.content);
  const oid = hexOf(algorithm[0]);
  if (oid !== RSA_PSS) return HASHES.get(oid) ?? 'sha256';
  // RSASSA-PSS-params: [0] EXPLICIT hashAlgorithm, absent for SHA-1.
  const hashAlgorithm = children(algorithm[1]?.content).find(({ tag }) => tag === 0xa0);
  const [sequence] = children(hashAlgorithm?.content);
  return HASHES.get(hexOf(children(sequence?.content)[0])) ?? 'sha256';
}

interface Node {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

function children(content: Uint8Array | undefined): Node[] {
  const found: Node[] = [];
  if (content === undefined) return found;
  for (let node = read(content, 0); node !== undefined; node = read(content, node.end))
    found.push(node);
  return found;
}

/** One DER value; undefined where there is none, or it is longer than what holds it. */
function read(bytes: Uint8Array, at: number): Node | undefined {
  const tag = bytes[at];
  let length = bytes[at + 1];
  if (tag === undefined || length === undefined) return undefined;
  let start = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    length = 0;
    for (let n = 0; n < count && n < 4; n += 1) length = length * 256 + (bytes[start + n] ?? 0);
    start += count;
  }
  const end = start + length;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end };
}

function hexOf(node: Node | undefined): string {
  return node === undefined ? '' : Buffer.from(node.content).toString('hex');
}
