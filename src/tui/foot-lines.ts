/** The lines below every screen, and the boxes: all of them from the table of keys. */
import { column, widthOf } from '../core/width.ts';
import { BINDINGS, type Binding, type Focus, keySign } from './keys.ts';
import { type Line, lineWidth, type Piece } from './line.ts';
import type { Drawing } from './run-lines.ts';
import type { Theme } from './theme.ts';
import { words } from './words.ts';

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
  return [' ', ['strong', keySign(keys[0] ?? '', theme)], ` ${words.actions[action]} `];
}

/** The frame of the box and the rows that stay in sight around it. */
const AROUND_HELP = 6;

/** All keys of the screen below, in two columns; where there is room, what the signs mean. */
export function helpBox(screen: Focus, drawing: Drawing, height: number): Line[] {
  const bindings = BINDINGS.filter((each) => each.focus.includes(screen));
  const half = Math.ceil(bindings.length / 2);
  const rows = Array.from({ length: half }, (_, index) =>
    [bindings[index], bindings[index + half]]
      .map((binding) => (binding === undefined ? '' : helpText(binding, drawing.theme)))
      .map((text) =>
        column(
          text,
          Math.min(36, Math.floor(drawing.width / 2) - 3),
          'end',
          drawing.theme.signs.cut,
        ),
      )
      .join(' '),
  );
  const signs = ['', ...legend(drawing)];
  const hasRoom = height >= rows.length + signs.length + AROUND_HELP;
  return boxed(words.keys, hasRoom ? [...rows, ...signs] : rows, drawing);
}

/** What the signs before hosts and groups mean. */
function legend({ theme }: Drawing): string[] {
  const entries = [
    ...LEGEND.map((status) => `${theme.status(status).sign} ${words.statuses[status]}`),
    `${theme.signs.recurring} ${words.flagged}`,
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
  return `${column(signs, theme.signs.enter.length > 1 ? 11 : 8)} ${words.actions[action]}`;
}

/** What the table can be laid out by; the line that is chosen has the cursor's mark. */
export function pickerBox(
  box: 'grouping' | 'sorting',
  choices: readonly string[],
  pick: number,
  drawing: Drawing,
): Line[] {
  const { theme } = drawing;
  const named: Readonly<Record<string, string>> =
    box === 'sorting' ? words.sortings : words.groupings;
  const rows = choices.map((choice, index) => {
    const mark = index === pick ? theme.signs.cursor : ' ';
    return `${mark} ${named[choice] ?? theme.clean(choice)}`;
  });
  return boxed(box === 'sorting' ? words.sortBy : words.groupBy, rows, drawing);
}

/** Asked when the user wants to leave a run that is still going. */
export function leavingBox(drawing: Drawing): Line[] {
  const { atWork, queued } = drawing.store.totals();
  const rows = BINDINGS.filter(({ focus }) => focus.includes('leaving')).map(
    ({ keys, action }) =>
      `${column(keySign(keys[0] ?? '', drawing.theme), 6)} ${words.actions[action]}`,
  );
  return boxed(words.stillGoing(atWork, queued), rows, drawing);
}

function boxed(title: string, rows: readonly string[], { theme, width }: Drawing): Line[] {
  const { corners, rest, upright, cut } = theme.signs;
  const [topLeft, topRight, bottomLeft, bottomRight] = corners;
  const inner = Math.min(width - 2, 76);
  const head = column(` ${title} `, Math.min(widthOf(title) + 2, inner - 1), 'end', cut);
  return [
    [topLeft, rest, ['strong', head], rest.repeat(inner - 1 - widthOf(head)), topRight],
    ...rows.map((row): Line => [upright, column(` ${row}`, inner, 'end', cut), upright]),
    [bottomLeft + rest.repeat(inner) + bottomRight],
  ];
}
