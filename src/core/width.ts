/**
 * Columns on a terminal. All of it expects `printable` text: with joiners and selectors gone, the width of a text
 * is the sum of its code points, on every terminal, and never less than what Ink measures.
 */
import { eastAsianWidth } from 'get-east-asian-width';

const PLAIN = /^[\u0020-\u007e]*$/u;
const MARK = /^\p{Mn}$/u;

/** Stands for what was cut; one column in every locale, unlike `…`. */
export const CUT = '\u22ef';

export type CutAt = 'end' | 'middle';

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

/**
 * The text in at most `width` columns, cut at the end (causes) or in the middle (host names, which differ at
 * both ends). A wide character is never split; a mark stays with its letter.
 */
export function fit(text: string, width: number, cutAt: CutAt = 'end', sign = CUT): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(sign);
  if (room < 0) return '';
  const tail = cutAt === 'middle' ? Math.floor(room / 2) : 0;
  return takeStart(text, room - tail) + sign + takeEnd(text, tail);
}

/** `fit`, then blanks up to exactly `width` columns. */
export function column(text: string, width: number, cutAt: CutAt = 'end', sign = CUT): string {
  const cut = fit(text, width, cutAt, sign);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** `column`, with the text at its end: for numbers. */
export function columnEnd(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * The text in lines of at most `width` columns, broken at blanks, and beside wide characters, which are written without
 * them; where there is neither, anywhere.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const start = takeStart(rest, width);
    if (start === '') break; // not even one character has room
    const line = rest.slice(0, lastBreak(rest, start.length));
    lines.push(line);
    rest = rest.slice(line.length).replace(/^ /u, '');
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, fit(rest, width)];
}

/** Signs that open or close what is beside them, and small kana: a line does not begin or end with them. */
const NEVER_FIRST =
  /^[、。，．・：；？！）」』】〕々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)\]%]$/u;
const NEVER_LAST = /^[（「『【〔([]$/u;

/** Where a line that has room for `most` code units ends best. */
function lastBreak(text: string, most: number): number {
  let best = most;
  let at = 0;
  let before = '';
  for (const after of text) {
    if (at > most) break;
    if (at > 0 && (after === ' ' ? text.slice(0, at).trim() !== '' : isBeside(before, after)))
      best = at;
    at += after.length;
    before = after;
  }
  return best;
}

function isBeside(before: string, after: string): boolean {
  if (before === ' ' || NEVER_FIRST.test(after) || NEVER_LAST.test(before) || MARK.test(after))
    return false;
  return widthOfCharacter(before) === 2 || widthOfCharacter(after) === 2;
}

function widthOfCharacter(character: string): number {
  return MARK.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}

function takeStart(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += widthOfCharacter(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function takeEnd(text: string, width: number): string {
  const characters = Array.from(text);
  let used = 0;
  let start = characters.length;
  while (start > 0) {
    used += widthOfCharacter(characters[start - 1] ?? '');
    if (used > width) break;
    start -= 1;
  }
  return characters
    .slice(start)
    .join('')
    .replace(/^\p{M}+/u, '');
}
