/** A test for `web*` and `ws-0?`; case does not count, as with Windows names. */
export function globTest(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) {
    const wanted = pattern.toLowerCase();
    return (text) => text.toLowerCase() === wanted;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    // A run of stars is one star: several in a row would make the match slow.
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 'isu');
  return (text) => expression.test(text);
}
