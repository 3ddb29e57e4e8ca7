/** Evidence documents as they lie in the database: compressed, under the hash of their bytes. */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export function hashOf(document: Uint8Array): string {
  return createHash('sha256').update(document).digest('hex');
}

export function pack(document: Uint8Array): Buffer {
  return deflateRawSync(document);
}

/** @throws where the bytes are not those that the hash stands for */
export function unpack(packed: Uint8Array, hash: string): Buffer {
  const document = inflateRawSync(packed);
  if (hashOf(document) !== hash) throw new Error(`evidence ${hash} is damaged in the history`);
  return document;
}
