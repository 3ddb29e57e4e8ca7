/** The lines below every screen, and the boxes: all of them from the table of keys. */
import { column, widthOf } from '../core/width.ts';
import { BINDINGS, type Binding, type Focus, keySign, type Screen } from './keys.ts';
import { type Line, lineWidth, type Piece } from './line.ts';
import type { Command } from './palette.ts';
import { planLines } from './rescan.ts';
import type { Drawing } from './run-lines.ts';
import type { Picker, Spot } from './spot.ts';
import { shownColumns } from './columns.ts';
import type { Theme } from './theme.ts';
import type { Words } from './words.ts';

/** The keys of a screen; where there is no room for all, those that are listed last give way to help and leaving. */
export function footerLine(focus: Focus, { theme, width }: Drawing): Line {
  const all = BINDINGS.filter((each) => each.isInFooter && each.focus.includes(focus));
  const isLast = ({ action }: Binding): boolean => action === 'help' || action === 'quit';
  const last = all.filter(isLast);
  const shown = all.filter((each) => !isLast(each));
  const line = (): Line => [...shown, ...last].flatMap((binding) => footerText(binding, theme));
  while (shown.length > 1 && lineWidth(line()) > width) shown.pop();
  return line();
}

function footerText({ keys, action }: Binding, theme: Theme): Piece[] {
  return [' ', ['strong', keySign(keys[0] ?? '', theme)], ` ${theme.words.actions[action]} `];
}

/** The frame of the box and the rows that stay in sight around it. */
const AROUND_HELP = 6;
/** The frame, and what the box never covers: where one is, the last two rows, the free one. */
const AROUND_BOX = 6;

/** Wider, and the eye loses the row between a key and what stands in the other column. */
const WIDEST_HELP = 116;

/** How many boxes the keys of a screen take. */
export function helpPages(screen: Screen, height: number): number {
  return Math.ceil(keysOf(screen).length / (2 * rowsOfHelp(height)));
}

const rowsOfHelp = (height: number): number => Math.max(1, height - AROUND_BOX);

const keysOf = (screen: Screen): Binding[] =>
  BINDINGS.filter(({ focus, keys }) => focus.includes(screen) && keys.length > 0);

/** All keys of the screen below, in two columns; where there is room, what the signs mean. */
export function helpBox(screen: Screen, page: number, drawing: Drawing, height: number): Line[] {
  const { theme, width } = drawing;
  const pages = helpPages(screen, height);
  const from = (page % pages) * 2 * rowsOfHelp(height);
  const bindings = keysOf(screen).slice(from, from + 2 * rowsOfHelp(height));
  const half = Math.ceil(bindings.length / 2);
  const wide = Math.floor((Math.min(width - 2, WIDEST_HELP) - 3) / 2);
  const rows = Array.from({ length: half }, (_, index) =>
    [bindings[index], bindings[index + half]]
      .map((binding) => (binding === undefined ? '' : helpText(binding, theme)))
      .map((text) => column(text, wide, 'end', theme.signs.cut))
      .join(' '),
  );
  const signs = ['', ...legend(drawing)];
  const hasRoom = height >= rows.length + signs.length + AROUND_HELP;
  const title =
    pages > 1 ? theme.words.pageOf(theme.words.keys, (page % pages) + 1, pages) : theme.words.keys;
  return boxed(title, hasRoom ? [...rows, ...signs] : rows, drawing, WIDEST_HELP);
}

/** What the signs before hosts and groups mean. */
function legend({ theme }: Drawing): string[] {
  const entries = [
    ...LEGEND.map((status) => `${theme.status(status).sign} ${theme.words.statuses[status]}`),
    `${theme.signs.recurring} ${theme.words.flagged}`,
  ];
  const half = Math.ceil(entries.length / 2);
  return [entries.slice(0, half).join('   '), entries.slice(half).join('   ')];
}

const LEGEND = [
  'ok',
  'failing',
  'reboot-required',
  'blocked',
  'unmanaged',
  'no-data',
  'unreachable',
  'skipped',
] as const;

function helpText({ keys, shownAs, action }: Binding, theme: Theme): string {
  const signs = shownAs ?? keys.map((key) => keySign(key, theme)).join(' ');
  return `${column(signs, theme.signs.enter.length > 1 ? 11 : 8)} ${theme.words.actions[action]}`;
}

/** What the table can be laid out by; the line that is chosen has the cursor's mark. */
export function pickerBox(
  spot: Spot,
  box: Picker,
  choices: readonly string[],
  drawing: Drawing,
): Line[] {
  const { theme } = drawing;
  const { words, signs } = theme;
  const [title, named] = pickerWords(box, words);
  const rows = choices.map((choice, index) => {
    const mark = index === spot.pick ? signs.cursor : ' ';
    return `${mark} ${stateOf(choice, spot, box, drawing)}${named[choice] ?? theme.clean(choice)}`;
  });
  return boxed(title, rows, drawing);
}

function pickerWords(
  box: Picker,
  words: Words,
): readonly [title: string, named: Readonly<Record<string, string>>] {
  switch (box) {
    case 'grouping':
      return [words.groupBy, words.groupings];
    case 'sorting':
      return [words.sortBy, words.sortings];
    case 'exporting':
      return [words.exportAs, words.exports];
    case 'columns':
      return [words.columnsTitle, words.columns];
  }
}

/** What is in force: the columns that are shown, the order and which way round. */
function stateOf(choice: string, spot: Spot, box: Picker, drawing: Drawing): string {
  const [up, down] = drawing.theme.signs.arrows;
  if (box === 'columns')
    return shownColumns(spot.columns, drawing.store).includes(choice) ? '[x] ' : '[ ] ';
  if (box !== 'sorting') return '';
  const sign = choice !== spot.sort ? '' : spot.isReversed ? up : down;
  return column(sign, 5);
}

/** What is typed after `:`, and what fits: with the key that does the same, to be known the next time. */
export function paletteBox(
  { command, pick }: Spot,
  commands: readonly Command[],
  drawing: Drawing,
  height: number,
): Line[] {
  const { theme, width } = drawing;
  const { cut, cursor } = theme.signs;
  const shown = Math.max(1, height - AROUND_BOX - 1);
  const top = Math.max(0, pick - shown + 1);
  const nameWidth = Math.min(26, Math.floor(width / 3));
  const rows = commands.slice(top, top + shown).map(({ name, says, hosts, key }, index) => {
    const mark = index + top === pick ? cursor : ' ';
    const sign = key === undefined ? '' : keySign(key, theme);
    const count = hosts === undefined ? '' : `  ${theme.words.hosts(hosts)}`;
    return `${mark} ${column(theme.clean(name), nameWidth, 'middle', cut)} ${column(sign, 6)} ${theme.clean(says)}${count}`;
  });
  const typed = `:${theme.clean(command.text.slice(0, command.at))}${theme.signs.caret}${theme.clean(command.text.slice(command.at))}`;
  return boxed(
    theme.words.commandTitle,
    [typed, ...(rows.length > 0 ? rows : [theme.words.noCommand])],
    drawing,
  );
}

/** Asked when the user wants to leave a run that is still going. */
export function leavingBox(drawing: Drawing): Line[] {
  const { atWork, queued } = drawing.store.totals();
  const rows = BINDINGS.filter(({ focus }) => focus.includes('leaving')).map(
    ({ keys, action }) =>
      `${column(keySign(keys[0] ?? '', drawing.theme), 6)} ${drawing.theme.words.actions[action]}`,
  );
  return boxed(drawing.theme.words.stillGoing(atWork, queued), rows, drawing);
}

/** Asked before hosts are asked again. */
export function rescanBox(spot: Spot, drawing: Drawing): Line[] {
  const title = drawing.theme.words.askAgain(spot.asking.length);
  return boxed(title, planLines(spot, drawing), drawing);
}

function boxed(
  title: string,
  rows: readonly string[],
  { theme, width }: Drawing,
  widest = 76,
): Line[] {
  const { corners, rest, upright, cut } = theme.signs;
  const [topLeft, topRight, bottomLeft, bottomRight] = corners;
  const inner = Math.min(width - 2, widest);
  const head = column(` ${title} `, Math.min(widthOf(title) + 2, inner - 1), 'end', cut);
  return [
    [topLeft, rest, ['strong', head], rest.repeat(inner - 1 - widthOf(head)), topRight],
    ...rows.map((row): Line => [upright, column(` ${row}`, inner, 'end', cut), upright]),
    [bottomLeft + rest.repeat(inner) + bottomRight],
  ];
}
