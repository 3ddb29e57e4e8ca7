/** Bundles as the packed collector writes them. */
import { createHash } from 'node:crypto';

export function bundleOf(
  document: object,
  { version = 1, lineEnd = '\r\n' }: { version?: number; lineEnd?: string } = {},
): Buffer {
  const body = Buffer.from(`${JSON.stringify(document)}${lineEnd}`);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const mark = `PATCHWHY-BUNDLE/${version} sha256=${sha256} bytes=${body.length}${lineEnd}`;
  return Buffer.concat([Buffer.from(mark), body]);
}
