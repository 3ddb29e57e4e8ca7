/** A whole screen as painted rows: one row fewer than the terminal has, none wider than it is. Pure. */
import { unreachable } from '../core/error.ts';
import type { Focus } from './keys.ts';
import { verdictLines } from './host-lines.ts';
import { filterLine, suggestionLine } from './filter-lines.ts';
import { footerLine, helpBox, leavingBox, pickerBox } from './foot-lines.ts';
import { type Line, type Piece, paintChosen, paintLine, spread } from './line.ts';
import { bannerLines, crumbsLine, type Drawing, progressLine, totalsLine } from './run-lines.ts';
import { choicesOf, focusOf, type Extent, type Spot, type Tab, tableAt } from './spot.ts';
import { columnsOf, headLine, hostSign, nameOf, rowLine } from './table-lines.ts';
import type { HostState } from '../store/host-state.ts';
import { words } from './words.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is known of the stored document of the host whose page is open; a long one is laid out once. */
export type Reading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly lines: readonly Line[] }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Frame {
  readonly rows: readonly string[];
  readonly extent: Extent;
}

export interface FrameInput {
  readonly drawing: Drawing;
  readonly spot: Spot;
  readonly size: Size;
  readonly reading: Reading;
  readonly isDemo: boolean;
}

const SMALLEST: Size = { columns: 60, rows: 12 };
const NO_EXTENT: Extent = { tableHeight: 1, pageHeight: 1, lastScroll: 0 };

export function frameOf(input: FrameInput): Frame {
  const { size, spot, drawing } = input;
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return smallFrame(input);
  const host = spot.host === undefined ? undefined : drawing.store.host(spot.host);
  return host === undefined ? causesFrame(input) : hostFrame(input, host);
}

/** The work goes on, and so do the totals. */
function smallFrame({ drawing, size }: FrameInput): Frame {
  const wish = words.tooSmall(SMALLEST.columns, SMALLEST.rows);
  const totals = totalsLine(drawing, size.columns - wish.length - 2);
  return finish([[...totals, '  ', wish]], drawing, size, NO_EXTENT);
}

function causesFrame(input: FrameInput): Frame {
  const { drawing, spot, size } = input;
  const { theme, width } = drawing;
  const banner = bannerLines(drawing).slice(0, size.rows >= 20 ? 2 : 1);
  const above: Line[] = [crumbsLine(drawing, [tableName(spot)]), progressLine(drawing), ...banner];
  const tableHeight = size.rows - 1 - above.length - 3;
  const columns = columnsOf(drawing);
  const seen = tableAt(spot, drawing);
  const window = seen.rows({ ...spot, height: tableHeight });
  const table = window.rows.map((row, line): Line | string => {
    const isChosen = line === window.line;
    const pieces = rowLine(row, isChosen, columns, drawing);
    return isChosen ? paintChosen(pieces, width, theme) : pieces;
  });
  const shown = words.rowsShown(window.top + 1, window.top + table.length, window.total);
  const position: Line = table.length < window.total ? [['quiet', shown]] : [];
  const rows = [
    ...above,
    window.total === 0 ? emptyLine(input) : headLine(columns),
    ...filled(table, tableHeight),
    spread(filterLine(spot, seen, drawing) ?? statusLine(input), position, width, theme),
    footerLine(focusOf(spot), drawing),
  ];
  return finish(covered(rows, boxOf(spot, drawing, size.rows)), drawing, size, {
    ...NO_EXTENT,
    tableHeight,
  });
}

function tableName({ by }: Spot): string {
  return by === 'cause' ? words.causes : words.hostsBy(by);
}

function emptyLine({ drawing, spot }: FrameInput): Line {
  if (drawing.store.run() === undefined) return [];
  return [`  ${spot.filter === undefined ? words.emptyRun : words.noneFits}`];
}

/** One line, for what matters most: the end the user asked for, a notice, what to press. */
function statusLine({ drawing, spot, isDemo }: FrameInput): Line {
  const { store, theme } = drawing;
  const isOver = store.finish() !== undefined;
  if (spot.stopping !== 'no' && !isOver) return [['warn', ` ${words.stopping}`]];
  const notice = store.notices().findLast((each) => each.level !== 'info');
  if (notice !== undefined) {
    return [[notice.level === 'error' ? 'bad' : 'warn', ` ! ${theme.clean(notice.text)}`]];
  }
  return isDemo ? [['accent', ` ${words.demoHint}`]] : [];
}

function hostFrame(input: FrameInput, host: HostState): Frame {
  const { drawing, spot, size } = input;
  const { theme, width } = drawing;
  const seen = tableAt(spot, drawing);
  const group = seen.groupOf(host.id);
  const members = seen.members(group?.id ?? '');
  const place = words.hostOf(members.indexOf(host) + 1, members.length);
  const [token, sign] = hostSign(host, theme);
  const crumbs = [tableName(spot), ...(group === undefined ? [] : [nameOf(group)]), host.id];
  const body = bodyLines(input, host);
  const pageHeight = size.rows - 1 - 4;
  const lastScroll = Math.max(0, body.length - pageHeight);
  const top = Math.min(spot.scroll, lastScroll);
  const shown = body.slice(top, top + pageHeight);
  const rows = [
    crumbsLine(drawing, crumbs, [` ${place}  `, [token, sign]]),
    [['quiet', theme.signs.rest.repeat(width)] as const],
    ...filled(shown, pageHeight),
    spread(
      tabsLine(spot.tab, drawing),
      scrollPosition(top, shown.length, body.length),
      width,
      theme,
    ),
    footerLine(focusOf(spot), drawing),
  ];
  const extent = { tableHeight: 1, pageHeight, lastScroll };
  return finish(covered(rows, boxOf(spot, drawing, size.rows)), drawing, size, extent);
}

function bodyLines({ drawing, spot, reading }: FrameInput, host: HostState): readonly Line[] {
  if (spot.tab === 'verdict') return verdictLines(host, drawing);
  switch (reading.kind) {
    case 'missing':
      return [[`  ${words.noEvidence}`]];
    case 'failed':
      return [[['bad', `  ${words.evidenceFailed(drawing.theme.clean(reading.reason))}`]]];
    case 'read':
      return reading.lines;
    case 'loading':
      return [[`  ${words.loadingEvidence}`]];
    default:
      return unreachable(reading);
  }
}

function tabsLine(open: Tab, { theme }: Drawing): Line {
  const tab = (name: Tab): Piece =>
    name === open ? ['chosen', ` ${words.tabs[name]} `] : ` ${words.tabs[name]} `;
  return [' ', tab('verdict'), ['quiet', theme.signs.upright], tab('evidence')];
}

function scrollPosition(top: number, shown: number, of: number): Line {
  return shown < of ? [['quiet', words.rowsShown(top + 1, top + shown, of)]] : [];
}

function boxOf(spot: Spot, drawing: Drawing, height: number): readonly Line[] {
  const below: Focus = spot.host === undefined ? 'causes' : 'host';
  if (spot.box === 'help') return helpBox(below, drawing, height);
  if (spot.box === 'leaving') return leavingBox(drawing);
  if (spot.box === 'none') return spot.typing ? [suggestionLine(spot.typing, drawing)] : [];
  return pickerBox(spot.box, choicesOf(spot.box, drawing.store), spot.pick, drawing);
}

/** The box lies over what stands above the last two rows. */
function covered(rows: readonly (Line | string)[], box: readonly Line[]): (Line | string)[] {
  const above = rows.slice(0, Math.max(0, rows.length - 2 - box.length));
  return [...above, ...box.slice(0, rows.length - 2), ...rows.slice(-2)];
}

function filled(rows: readonly (Line | string)[], height: number): (Line | string)[] {
  return [...rows, ...Array.from({ length: height - rows.length }, (): Line => [])];
}

function finish(
  rows: readonly (Line | string)[],
  { theme }: Drawing,
  size: Size,
  extent: Extent,
): Frame {
  const painted = filled(rows, Math.max(1, size.rows - 1))
    .slice(0, Math.max(1, size.rows - 1))
    .map((row) => (typeof row === 'string' ? row : paintLine(row, size.columns, theme)));
  return { rows: painted, extent };
}
