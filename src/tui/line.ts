/** A row before it is painted: pieces of harmless text, some with a token. */
import { fit, widthOf } from '../core/width.ts';
import type { Theme, Token } from './theme.ts';

export type Piece = string | readonly [Token, string];
export type Line = readonly Piece[];

const textOf = (piece: Piece): string => (typeof piece === 'string' ? piece : piece[1]);

export function plain(line: Line): string {
  return line.map(textOf).join('');
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, piece) => sum + widthOf(textOf(piece)), 0);
}

/** `left`, then `right` flush with the edge; `left` gives way. */
export function spread(left: Line, right: Line, width: number, theme: Theme): Line {
  const room = width - lineWidth(right);
  const shown = lineWidth(left) > room - 1 ? cutLine(left, room - 1, theme) : left;
  return [...shown, ' '.repeat(Math.max(0, room - lineWidth(shown))), ...right];
}

export function cutLine(line: Line, width: number, theme: Theme): Line {
  const pieces: Piece[] = [];
  let room = Math.max(0, width);
  for (const piece of line) {
    const text = textOf(piece);
    const used = widthOf(text);
    const cut = used <= room ? text : fit(text, room, 'end', theme.signs.cut);
    pieces.push(typeof piece === 'string' ? cut : [piece[0], cut]);
    room -= used;
    if (room <= 0) break;
  }
  return pieces;
}

/**
 * The row as it goes to the terminal, never wider than `width` and without blanks at its end: Ink looks at every
 * character of every frame.
 */
export function paintLine(line: Line, width: number, theme: Theme): string {
  const cut = lineWidth(line) > width ? cutLine(line, width, theme) : line;
  return paintPieces(cut, theme).trimEnd();
}

function paintPieces(line: Line, theme: Theme): string {
  return line
    .map((piece) => (typeof piece === 'string' ? piece : theme.paint(piece[0], piece[1])))
    .join('');
}

/** A part of a row that has something beside it: exactly `width` columns. */
export function paintFilled(line: Line, width: number, theme: Theme): string {
  const cut = cutLine(line, width, theme);
  return paintPieces(cut, theme) + ' '.repeat(Math.max(0, width - lineWidth(cut)));
}

/** The cursor's row: inverse over the whole width, so that it is found without colours. */
export function paintChosen(line: Line, width: number, theme: Theme): string {
  const text = fit(plain(line), width, 'end', theme.signs.cut);
  return theme.paint('chosen', text + ' '.repeat(width - widthOf(text)));
}
