/** Where a place in a YAML scalar's value stands in its file: values are folded, quoted and indented. */

/**
 * The offset in `text` of the character `offset` of `value`, whose scalar begins at `start`. Folding changes only
 * white space, so that the other characters are found in their order; where an escape breaks that, it is `start`.
 */
export function offsetIn(text: string, start: number, value: string, offset: number): number {
  let at = start;
  const isBlock = text[at] === '>' || text[at] === '|';
  // Past `>-`; indicators and comments end with their line.
  if (isBlock) at = text.indexOf('\n', at) + 1;
  else if (text[at] === '"' || text[at] === "'") at += 1;
  for (let index = 0; index <= Math.min(offset, value.length - 1); index += 1) {
    const character = value[index] ?? '';
    if (/\s/.test(character)) continue;
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (text[at] !== character) return start;
    if (index === offset) return at;
    at += 1;
  }
  return at;
}
