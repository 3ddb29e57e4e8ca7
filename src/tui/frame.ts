/** A whole screen as painted rows: one row fewer than the terminal has, none wider than it is. Pure. */
import { meantBy } from '../store/completions.ts';
import type { Row, RowWindow } from '../store/window.ts';
import { widthOf } from '../core/width.ts';
import { commandsAt } from './palette.ts';
import { filterLine, suggestionLine } from './filter-lines.ts';
import {
  footerLine,
  helpBox,
  helpPages,
  leavingBox,
  paletteBox,
  pickerBox,
  rescanBox,
} from './foot-lines.ts';
import { causeLines } from './cause-lines.ts';
import { verdictLines } from './host-lines.ts';
import { type Line, paintChosen, paintFilled, paintLine, plain, spread } from './line.ts';
import { crumbsOf, rowsOf, type Sheet, sheetOf } from './page-frame.ts';
import { choicesOf } from './press.ts';
import { bannerLines, crumbsLine, type Drawing, progressLine, totalsLine } from './run-lines.ts';
import {
  focusOf,
  groupingAt,
  type Extent,
  type Page,
  pageAt,
  screenAt,
  type Spot,
  tableAt,
} from './spot.ts';
import { columnsOf } from './columns.ts';
import { headLine, rowLine } from './table-lines.ts';
import type { Reading } from './reading.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

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
const NO_EXTENT: Extent = {
  tableHeight: 1,
  pageHeight: 1,
  lastScroll: 0,
  lastDetailScroll: 0,
  detailHeight: 0,
  headLines: 0,
  helpPages: 1,
};

export function frameOf(input: FrameInput): Frame {
  const { size, spot } = input;
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return smallFrame(input);
  const page = pageAt(spot);
  return page === undefined ? tableFrame(input) : pageFrame(input, page);
}

/** The work goes on, and so do the totals. */
function smallFrame({ drawing, size }: FrameInput): Frame {
  const wish = drawing.theme.words.tooSmall(SMALLEST.columns, SMALLEST.rows);
  const totals = totalsLine(drawing, size.columns - widthOf(wish) - 2);
  return { rows: painted([[...totals, '  ', wish]], drawing, size), extent: NO_EXTENT };
}

function tableFrame(input: FrameInput): Frame {
  const { drawing, spot, size } = input;
  const { theme, width } = drawing;
  const banner = bannerLines(drawing).slice(0, size.rows >= 20 ? 2 : 1);
  const above: Line[] = [
    crumbsLine(drawing, [tableName(spot, drawing)]),
    progressLine(drawing),
    ...banner,
  ];
  const tableHeight = size.rows - 1 - above.length - 3;
  const seen = tableAt(spot, drawing);
  const window = seen.rows({ ...spot, height: tableHeight });
  const shown = theme.words.rowsShown(
    window.top + 1,
    window.top + window.rows.length,
    window.total,
  );
  const position: Line = window.rows.length < window.total ? [['quiet', shown]] : [];
  const { body, extent } = bodyOf(input, window, tableHeight);
  const rows = [
    ...above,
    ...body,
    spread(
      saidLine(input) ?? filterLine(spot, seen, drawing) ?? statusLine(input),
      [...frozenLine(input), ...marksLine(input), ...position],
      width,
      theme,
    ),
  ];
  return finish(input, rows, { ...NO_EXTENT, ...extent, tableHeight });
}

/** From here on the detail of what the cursor is on stands beside the table. */
const WIDE = 120;

/** The heads of the columns, the rows below them, and beside these the detail. */
function bodyOf(
  input: FrameInput,
  window: RowWindow,
  height: number,
): { readonly body: readonly (Line | string)[]; readonly extent: Partial<Extent> } {
  const { drawing, spot } = input;
  const { theme, width } = drawing;
  const chosen = window.rows[window.line];
  const hasDetail = spot.hasDetail && width >= WIDE && chosen !== undefined;
  const tableWidth = hasDetail ? Math.floor((width * 2) / 3) : width;
  const table = tableRows(input, window, { ...drawing, width: tableWidth });
  if (!hasDetail) return { body: filled(table, height + 1), extent: {} };
  const detail = detailLines(chosen, { ...drawing, width: width - tableWidth - 2 });
  const lastDetailScroll = Math.max(0, detail.length - height - 1);
  const top = Math.min(spot.detailScroll, lastDetailScroll);
  const upright = theme.paint('quiet', theme.signs.upright);
  const body = Array.from({ length: height + 1 }, (_, at) => {
    const row = table[at] ?? [];
    const left = typeof row === 'string' ? row : paintFilled(row, tableWidth, theme);
    const right = paintLine(detail[top + at] ?? [], width - tableWidth - 2, theme);
    return `${left}${upright} ${right}`.trimEnd();
  });
  return { body, extent: { lastDetailScroll, detailHeight: height + 1 } };
}

function tableRows(
  input: FrameInput,
  window: RowWindow,
  drawing: Drawing,
): readonly (Line | string)[] {
  const { theme, width } = drawing;
  const layout = { columns: columnsOf(input.spot.columns, drawing), marks: input.spot.marks };
  return [
    window.total === 0 ? emptyLine(input) : headLine(layout.columns, drawing),
    ...window.rows.map((row, line) => {
      const isChosen = line === window.line;
      const pieces = rowLine(row, isChosen, layout, drawing);
      return isChosen ? paintChosen(pieces, width, theme) : pieces;
    }),
  ];
}

function detailLines(row: Row, drawing: Drawing): readonly Line[] {
  if (row.kind === 'group') return causeLines(row.group, row.group.members, drawing);
  const { id } = row.host;
  return [[['strong', drawing.theme.clean(id)]], ...verdictLines(row.host, drawing)];
}

/** All of what is shown, also what the screen has no room for, as plain text. */
export function textOf(input: FrameInput): string {
  const { drawing, spot } = input;
  const page = pageAt(spot);
  const lines = page === undefined ? wholeTable(input) : wholePage(sheetOf(page, input));
  const crumbs = [drawing.title, tableName(spot, drawing), ...crumbsOf(spot, drawing)];
  const head = crumbs.map((crumb) => drawing.theme.clean(crumb)).join(' > ');
  return `${[head, '', ...lines.map((line) => plain(line).trimEnd())].join('\n')}\n`;
}

function wholeTable({ drawing, spot }: FrameInput): readonly Line[] {
  const layout = { columns: columnsOf(spot.columns, drawing), marks: spot.marks };
  const { rows } = tableAt(spot, drawing).rows({ ...spot, height: Infinity });
  return [
    headLine(layout.columns, drawing),
    ...rows.map((row) => rowLine(row, false, layout, drawing)),
  ];
}

function wholePage({ lines, list, row }: Sheet): readonly Line[] {
  return [...lines, ...list.keys.map((key) => row(key, false))];
}

function tableName(spot: Spot, { store, theme: { words } }: Drawing): string {
  const by = groupingAt(spot, store);
  return by === 'cause' ? words.causes : words.hostsBy(by);
}

function emptyLine({ drawing, spot }: FrameInput): Line {
  const { words } = drawing.theme;
  if (drawing.store.run() === undefined) return [];
  if (spot.filter === undefined) return [`  ${words.emptyRun}`];
  const { store, theme } = drawing;
  const meant = meantBy(spot.filter.text, store.hosts(), store.labels().keys());
  const guess = meant === undefined ? '' : words.didYouMean(theme.clean(meant));
  return [`  ${words.noneFits}${guess}`];
}

/** One line, for what matters most: the end the user asked for, a notice, what to press. */
function statusLine({ drawing, spot, isDemo }: FrameInput): Line {
  const { store, theme } = drawing;
  const isOver = store.finish() !== undefined;
  if (spot.stopping !== 'no' && !isOver) return [['warn', ` ${theme.words.stopping}`]];
  const notice = store.notices().findLast((each) => each.level !== 'info');
  if (notice !== undefined) {
    return [[notice.level === 'error' ? 'bad' : 'warn', ` ! ${theme.clean(notice.text)}`]];
  }
  return isDemo ? [['accent', ` ${theme.words.demoHint}`]] : [];
}

/** How much has happened since the table was frozen. */
function frozenLine({ drawing: { store, theme }, spot: { still } }: FrameInput): Line {
  return still === undefined
    ? []
    : [['warn', ` ${theme.words.frozen(store.version() - still.version)} `]];
}

/** How many are marked, and how many of them the filter hides. */
function marksLine({ drawing, spot }: FrameInput): Line {
  const { marks, filter } = spot;
  const { store, theme, now } = drawing;
  if (marks.size === 0) return [];
  let hidden = 0;
  for (const id of filter === undefined ? [] : marks) {
    const host = store.host(id);
    if (host !== undefined && filter?.matches(host, now) === false) hidden += 1;
  }
  return [['accent', ` ${theme.words.markedCount(marks.size, hidden)} `]];
}

/** Above the page its crumbs and a line, below it its tabs and the keys. */
const AROUND_PAGE = 4;

function pageFrame(input: FrameInput, page: Page): Frame {
  const { drawing, spot, size } = input;
  const { theme, width } = drawing;
  const sheet = sheetOf(page, input);
  const crumbs = [tableName(spot, drawing), ...crumbsOf(spot, drawing)];
  const pageHeight = size.rows - 1 - AROUND_PAGE;
  const total = sheet.lines.length + sheet.list.keys.length;
  const lastScroll = Math.max(0, total - pageHeight);
  const top = Math.min(page.scroll, lastScroll);
  const shown = rowsOf(sheet, page, { top, height: pageHeight }, drawing);
  const position: Line =
    shown.length < total
      ? [['quiet', theme.words.rowsShown(top + 1, top + shown.length, total)]]
      : [];
  const rows = [
    crumbsLine(drawing, crumbs, sheet.place),
    [['quiet', theme.signs.rest.repeat(width)] as const],
    ...filled(shown, pageHeight),
    spread(saidLine(input) ?? sheet.foot, [...marksLine(input), ...position], width, theme),
  ];
  const headLines = sheet.lines.length;
  return finish(input, rows, { ...NO_EXTENT, pageHeight, lastScroll, headLines });
}

/** What the last key came to. */
function saidLine({ spot, drawing }: FrameInput): Line | undefined {
  const { words, clean } = drawing.theme;
  return spot.said && [['accent', ` ${clean(spot.said(words))}`]];
}

/** The keys below, and whatever box lies over the screen. */
function finish(input: FrameInput, rows: readonly (Line | string)[], extent: Extent): Frame {
  const { spot, drawing, size } = input;
  const whole = [...rows, footerLine(focusOf(spot), drawing)];
  return {
    rows: painted(covered(whole, boxOf(spot, drawing, size.rows)), drawing, size),
    extent: { ...extent, helpPages: helpPages(screenAt(spot), size.rows) },
  };
}

function boxOf(spot: Spot, drawing: Drawing, height: number): readonly Line[] {
  switch (spot.box) {
    case 'help':
      return helpBox(screenAt(spot), spot.pick, drawing, height);
    case 'leaving':
      return leavingBox(drawing);
    case 'rescanning':
      return rescanBox(spot, drawing);
    case 'palette':
      return paletteBox(spot, commandsAt(spot, drawing), drawing, height);
    case 'none':
      return spot.typing ? [suggestionLine(spot.typing, drawing)] : [];
    case 'grouping':
    case 'sorting':
    case 'exporting':
    case 'columns':
      return pickerBox(spot, spot.box, choicesOf(spot.box, drawing.store), drawing);
  }
}

/** The box lies over what stands above the last two rows. */
function covered(rows: readonly (Line | string)[], box: readonly Line[]): (Line | string)[] {
  const above = rows.slice(0, Math.max(0, rows.length - 2 - box.length));
  return [...above, ...box.slice(0, rows.length - 2), ...rows.slice(-2)];
}

function filled(rows: readonly (Line | string)[], height: number): (Line | string)[] {
  return [...rows, ...Array.from({ length: Math.max(0, height - rows.length) }, (): Line => [])];
}

function painted(
  rows: readonly (Line | string)[],
  { theme }: Drawing,
  { columns, rows: height }: Size,
): string[] {
  return filled(rows, Math.max(1, height - 1))
    .slice(0, Math.max(1, height - 1))
    .map((row) => (typeof row === 'string' ? row : paintLine(row, columns, theme)));
}
