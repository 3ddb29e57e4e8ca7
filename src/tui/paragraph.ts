/** Text of several lines under headings, as pages have it. */
import { wrap } from '../core/width.ts';
import { type Line, lineWidth, type Piece, plain, spread } from './line.ts';
import type { Drawing } from './run-lines.ts';

export const INDENT = '     ';

export function heading(text: string): Line {
  return [['strong', `  ${text}`]];
}

/** A heading with what stands under it; nothing where there is nothing. */
export function listed<Item>(
  title: string,
  items: readonly Item[],
  lines: (item: Item) => readonly Line[],
): Line[] {
  return items.length === 0 ? [] : [heading(title), ...items.flatMap(lines), []];
}

/** Text of a host, in full, over as many lines as it needs. */
export function paragraph(
  text: string,
  { theme, width }: Drawing,
  first: Piece = INDENT,
  indent = INDENT,
): Line[] {
  const lines = wrap(theme.clean(text), width - indent.length - 1);
  return lines.map((line, index): Line => [index === 0 ? first : indent, line]);
}

export function quiet(line: Line): Line {
  return [['quiet', plain(line)]];
}

/** A title with what belongs to it: at the right edge where there is room, else below. */
export function titled(left: Line, right: Line, { theme, width }: Drawing): Line[] {
  return lineWidth(left) + lineWidth(right) < width
    ? [spread(left, right, width, theme)]
    : [left, ['  ', ...right]];
}
