/** A line that is being typed, and what keys do to it. Pure. */
export interface Typed {
  readonly text: string;
  /** The cursor's place in the text, in UTF-16 units, never inside a character. */
  readonly at: number;
}

export const NOTHING_TYPED: Typed = { text: '', at: 0 };
/** Nobody types more; a paste by mistake ends here. */
const LONGEST = 500;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** @param key a name as `keyNames` gives it: a printable character stands for itself */
export function edited(typed: Typed, key: string): Typed {
  const { text, at } = typed;
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (key) {
    case 'backspace':
      return atEndOf(before.slice(0, before.length - lastLength(before)), after);
    case 'delete':
      return { text: before + after.slice(firstLength(after)), at };
    case 'left':
      return { text, at: at - lastLength(before) };
    case 'right':
      return { text, at: at + firstLength(after) };
    case 'home':
    case 'ctrl-a':
      return { text, at: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, at: text.length };
    case 'ctrl-u':
      return atEndOf('', after);
    case 'ctrl-w':
      return atEndOf(before.replace(/\S*\s*$/u, ''), after);
    case 'space':
      return edited(typed, ' ');
    default:
      return isPrintable(key) && text.length + key.length <= LONGEST
        ? atEndOf(before + key, after)
        : typed;
  }
}

/** `text` with the part from `from` to `to` replaced, and the cursor behind it. */
export function replaced({ text }: Typed, from: number, to: number, by: string): Typed {
  return atEndOf(text.slice(0, from) + by, text.slice(to));
}

function atEndOf(before: string, after: string): Typed {
  return { text: before + after, at: before.length };
}

function isPrintable(key: string): boolean {
  return /^[^\p{Cc}\p{Cf}\p{Cs}]$/u.test(key);
}

function firstLength(text: string): number {
  for (const { segment } of graphemes.segment(text)) return segment.length;
  return 0;
}

function lastLength(text: string): number {
  return [...graphemes.segment(text)].at(-1)?.segment.length ?? 0;
}
