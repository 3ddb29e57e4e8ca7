/** Reads which principals a Kerberos keytab has keys for; the keys themselves are left alone. */

/**
 * `user@REALM` for each entry, or `undefined` when the bytes are no keytab.
 * The layout: MIT Kerberos documentation, "The Kerberos keytab binary file format".
 */
export function keytabPrincipals(bytes: Buffer): readonly string[] | undefined {
  // 05 01 is the same in the byte order of the machine that wrote it; nobody has written it for decades.
  if (bytes[0] !== 5 || bytes[1] !== 2) return undefined;
  const principals = new Set<string>();
  for (let at = 2; at + 4 <= bytes.length;) {
    const size = bytes.readInt32BE(at);
    at += 4;
    // A negative size is a hole that a removed entry has left.
    if (size === 0 || at + Math.abs(size) > bytes.length) return undefined;
    if (size > 0) {
      const principal = principalOf(bytes.subarray(at, at + size));
      if (principal === undefined) return undefined;
      principals.add(principal);
    }
    at += Math.abs(size);
  }
  return [...principals];
}

/** Count of components, realm, components; each text after its length. */
function principalOf(entry: Buffer): string | undefined {
  const texts: string[] = [];
  const count = entry.length < 2 ? 0 : entry.readUInt16BE(0);
  let at = 2;
  while (texts.length < count + 1) {
    if (at + 2 > entry.length) return undefined;
    const end = at + 2 + entry.readUInt16BE(at);
    if (end > entry.length) return undefined;
    texts.push(entry.toString('utf8', at + 2, end));
    at = end;
  }
  const [realm, ...components] = texts;
  return `${components.join('/')}@${realm}`;
}
