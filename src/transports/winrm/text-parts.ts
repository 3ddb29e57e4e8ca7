/** A text in pieces, so that one large piece can serve many requests without being copied into a string for each. */
export type TextParts = readonly (string | Uint8Array)[];

/** Bytes of the text in UTF-8. */
export function lengthOf(parts: TextParts): number {
  return parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : part.length),
    0,
  );
}

export function writeParts(parts: TextParts, target: Buffer, at: number): void {
  let offset = at;
  for (const part of parts) {
    if (typeof part === 'string') offset += target.write(part, offset, 'utf8');
    else {
      target.set(part, offset);
      offset += part.length;
    }
  }
}

/** The whole text in a buffer of its own. */
export function bytesOf(parts: TextParts): Buffer {
  const target = Buffer.allocUnsafe(lengthOf(parts));
  writeParts(parts, target, 0);
  return target;
}
