/** A page over the table: what it says, then the things it lists, as much as the screen has room for. Pure. */
import { unreachable } from '../core/error.ts';
import { hostId } from '../core/host.ts';
import type { Group } from '../store/groups.ts';
import { WHOLE } from '../store/table.ts';
import { causeLines } from './cause-lines.ts';
import { verdictLines } from './host-lines.ts';
import { type Line, paintChosen, type Piece } from './line.ts';
import { indexOf, type Listed, listOf, membersOf } from './lists.ts';
import { wayLines } from './path-lines.ts';
import { heading } from './paragraph.ts';
import type { Drawing } from './run-lines.ts';
import { type Page, type Spot, type Tab, tableAt, TABS } from './spot.ts';
import { columnsOf, hostLine, hostSign, nameOf } from './table-lines.ts';
import type { Reading } from './use-reading.ts';

/** What a page has to show, before the screen cuts it. */
export interface Sheet {
  /** At the right of the first row. */
  readonly place: Line;
  readonly lines: readonly Line[];
  readonly list: Listed;
  readonly row: (key: string, isChosen: boolean) => Line;
  /** Below the page: its tabs. */
  readonly foot: Line;
}

export interface SheetInput {
  readonly drawing: Drawing;
  readonly spot: Spot;
  readonly reading: Reading;
}

export function sheetOf(page: Page, input: SheetInput): Sheet {
  switch (page.kind) {
    case 'host':
      return hostSheet(page, input);
    case 'cause':
      return causeSheet(page, input);
    default:
      return unreachable(page.kind);
  }
}

function hostSheet(page: Page, input: SheetInput): Sheet {
  const { drawing, spot } = input;
  const { store, theme } = drawing;
  const table = tableAt(spot, drawing);
  const id = hostId(page.id);
  const host = store.host(id);
  const members = table.members(table.groupOf(id)?.id ?? '');
  const place = theme.words.hostOf(members.findIndex((each) => each.id === id) + 1, members.length);
  return {
    place: host === undefined ? [] : [` ${place}  `, hostSign(host, theme)],
    lines: host === undefined ? [[`  ${theme.words.noneFits}`]] : tabLines(page.tab, host, input),
    list: listOf(page, spot, drawing),
    row: () => [],
    foot: tabsLine(page.tab, drawing),
  };
}

function tabLines(
  tab: Tab,
  host: NonNullable<ReturnType<Drawing['store']['host']>>,
  { drawing, reading }: SheetInput,
): readonly Line[] {
  const { words } = drawing.theme;
  switch (tab) {
    case 'evidence':
      return verdictLines(host, drawing);
    case 'path':
      return [
        ...wayLines(host, drawing),
        heading(words.stateHeading),
        ...readLines(reading, drawing),
      ];
    case 'history':
    case 'raw':
      return readLines(reading, drawing);
    default:
      return unreachable(tab);
  }
}

function readLines(reading: Reading, { theme }: Drawing): readonly Line[] {
  switch (reading.kind) {
    case 'missing':
      return [[`  ${theme.words.noEvidence}`]];
    case 'failed':
      return [[['bad', `  ${theme.words.evidenceFailed(theme.clean(reading.reason))}`]]];
    case 'read':
      return reading.lines;
    case 'loading':
      return [[`  ${theme.words.loadingEvidence}`]];
    default:
      return unreachable(reading);
  }
}

function tabsLine(open: Tab, { theme }: Drawing): Line {
  const { signs, words } = theme;
  const tabs = TABS.flatMap((tab): Piece[] => [
    ['quiet', signs.upright],
    tab === open ? ['chosen', ` ${words.tabs[tab]} `] : ` ${words.tabs[tab]} `,
  ]);
  return [' ', ...tabs.slice(1)];
}

function causeSheet(page: Page, { drawing, spot }: SheetInput): Sheet {
  const { theme } = drawing;
  const group = groupAt(page.id, spot, drawing);
  const columns = columnsOf(drawing);
  const { groups } = tableAt(spot, drawing);
  const at = groups.findIndex(({ id }) => id === page.id);
  return {
    place: at < 0 ? [] : [` ${theme.words.hostOf(at + 1, groups.length)}`],
    lines:
      group === undefined
        ? [[`  ${theme.words.noHostsLeft}`]]
        : causeLines(group, membersOf(page.id, spot, drawing), drawing),
    list: listOf(page, spot, drawing),
    row(key, isChosen) {
      const host = drawing.store.host(hostId(key));
      return host === undefined
        ? []
        : hostLine(host, isChosen, { columns, marks: spot.marks }, drawing);
    },
    foot: [],
  };
}

/** Through what one came here. The first host has its group before it, as the table has it. */
export function crumbsOf(spot: Spot, drawing: Drawing): string[] {
  return spot.pages.flatMap(({ kind, id }, at): string[] => {
    if (kind === 'cause') {
      const group = groupAt(id, spot, drawing);
      return [group === undefined ? id : nameOf(group, drawing.theme)];
    }
    const group = at === 0 ? tableAt(spot, drawing).groupOf(hostId(id)) : undefined;
    return group === undefined ? [id] : [nameOf(group, drawing.theme), id];
  });
}

function groupAt(id: string, spot: Spot, drawing: Drawing): Group | undefined {
  const isIt = (group: Group): boolean => group.id === id;
  return tableAt(WHOLE, drawing).groups.find(isIt) ?? tableAt(spot, drawing).groups.find(isIt);
}

/** The rows of a sheet that a window of `height` rows shows from `top` on. */
export function rowsOf(
  { lines, list, row }: Sheet,
  page: Page,
  window: { readonly top: number; readonly height: number },
  { theme, width }: Drawing,
): (Line | string)[] {
  const { top, height } = window;
  const chosen = list.keys[indexOf(list, page.chosen)];
  const from = Math.max(0, top - lines.length);
  const head = lines.slice(top, top + height);
  const listed = list.keys.slice(from, from + height - head.length).map((key) => {
    const isChosen = key === chosen;
    return isChosen ? paintChosen(row(key, true), width, theme) : row(key, false);
  });
  return [...head, ...listed];
}
