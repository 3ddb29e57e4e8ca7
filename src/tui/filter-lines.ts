/** The filter on the screen: the line it is typed in, what could come next, and what it leaves. */
import { widthOf } from '../core/width.ts';
import { completionsOf } from '../store/completions.ts';
import { parseFilter } from '../store/filter.ts';
import type { Table } from '../store/table.ts';
import { cutLine, type Line, type Piece } from './line.ts';
import type { Drawing } from './run-lines.ts';
import type { Spot, Typing } from './spot.ts';

/** Undefined when no filter is open or in force. */
export function filterLine(spot: Spot, table: Table, drawing: Drawing): Line | undefined {
  const { store, theme } = drawing;
  const shown = theme.words.shownOf(table.hosts, store.totals().hosts);
  if (spot.typing !== undefined) return typingLine(spot.typing, shown, drawing);
  if (spot.filter === undefined) return undefined;
  return [
    ' ',
    ['accent', theme.words.filtered(theme.clean(spot.filter.text))],
    ['quiet', `   ${shown}`],
  ];
}

/** `/ site:mil▏an   96 of 800 shown`; what is wrong stands in its own colour, and is said. */
function typingLine({ line }: Typing, shown: string, { store, theme, width }: Drawing): Line {
  const parsed = parseFilter(line.text, store.labels().keys());
  const problem = parsed.kind === 'problem' ? parsed.problem : undefined;
  const said = problem === undefined ? shown : theme.words.filterProblems[problem.kind];
  const room = Math.max(8, width - widthOf(said) - 8);
  const from = startOfView(line.text.slice(0, line.at), room);
  const pieces = painted(line.text.slice(from), line.at - from, {
    from: (problem?.from ?? Infinity) - from,
    to: (problem?.to ?? Infinity) - from,
  });
  const shownText = cutLine(
    pieces.map(([token, text]): Piece => [token, theme.clean(text)]),
    room,
    theme,
  );
  return [' ', ['strong', '/'], ' ', ...shownText, ['quiet', `   ${said}`]];
}

/** Where the view of a text that is longer than the line begins, so that its end, the cursor, is in it. */
function startOfView(before: string, room: number): number {
  let start = 0;
  while (widthOf(before.slice(start)) > room - 2) start += characterLength(before, start);
  return start;
}

const characterLength = (text: string, at: number): number =>
  (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1;

type Painted = readonly ['strong' | 'bad' | 'chosen', string];

/** Piece by piece: before the cursor, under it, behind it; each in its colour. */
function painted(text: string, at: number, wrong: { from: number; to: number }): Painted[] {
  const tokenAt = (index: number): Painted[0] => {
    if (index === at) return 'chosen';
    return index >= wrong.from && index < wrong.to ? 'bad' : 'strong';
  };
  const pieces: Painted[] = [];
  let index = 0;
  for (const character of `${text} `) {
    const token = tokenAt(index);
    index += character.length;
    const last = pieces.at(-1);
    if (last?.[0] === token && token !== 'chosen')
      pieces.splice(-1, 1, [token, last[1] + character]);
    else pieces.push([token, character]);
  }
  return pieces;
}

/** `site:  milano 96   torino 88` */
export function suggestionLine({ line }: Typing, { store, theme }: Drawing): Line {
  const { choices } = completionsOf(line.text, line.at, store.hosts(), store.labels().keys());
  return [
    '   ',
    ...choices.flatMap(({ text, hosts }, index): Piece[] => [
      [index === 0 ? 'accent' : 'quiet', theme.clean(text)],
      ['quiet', hosts === undefined ? '  ' : ` ${hosts}   `],
    ]),
  ];
}
