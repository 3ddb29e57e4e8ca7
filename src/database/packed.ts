/** Evidence documents as they lie in the database: compressed, under the hash of their bytes. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';

const deflate = promisify(deflateRaw);

export function hashOf(document: Uint8Array): string {
  return createHash('sha256').update(document).digest('hex');
}

/** Off the main thread: of a run of 10,000 hosts it takes more than a second. */
export function pack(document: Uint8Array): Promise<Buffer> {
  return deflate(document);
}

/** @throws where the bytes are not those that the hash stands for */
export function unpack(packed: Uint8Array, hash: string): Buffer {
  const document = inflateRawSync(packed);
  if (hashOf(document) !== hash) throw new Error(`evidence ${hash} is damaged in the history`);
  return document;
}
