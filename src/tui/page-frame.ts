/** A page over the table: what it says, then the things it lists, as much as the screen has room for. Pure. */
import { unreachable } from '../core/error.ts';
import { hostId } from '../core/host.ts';
import type { Group } from '../store/groups.ts';
import { WHOLE } from '../store/table.ts';
import { causeLines } from './cause-lines.ts';
import { verdictLines } from './host-lines.ts';
import { type Line, paintChosen, type Piece } from './line.ts';
import { eventAt, indexOf, type Listed, listOf, membersOf, placesIn } from './lists.ts';
import { wayLines } from './path-lines.ts';
import { heading } from './paragraph.ts';
import type { Drawing } from './run-lines.ts';
import { type Page, type Spot, type Tab, tableAt, TABS } from './spot.ts';
import { columnsOf } from './columns.ts';
import { hostLine, hostSign, nameOf } from './table-lines.ts';
import type { Reading } from './reading.ts';
import { logRow, patchRow, placeRow, runRow } from './list-rows.ts';

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
    case 'sites':
    case 'patches':
    case 'runs':
    case 'log':
      return listSheet(page, page.kind, input);
    case 'doctor':
      return {
        place: [],
        lines: readLines(input.reading, input.drawing),
        list: listOf(page, input.spot, around(input)),
        row: () => [],
        foot: [],
      };
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
    list: listOf(page, spot, around(input)),
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
    case 'runs':
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

const around = ({ drawing, reading }: SheetInput): Drawing & { readonly reading: Reading } => ({
  ...drawing,
  reading,
});

type ListKind = 'sites' | 'patches' | 'runs' | 'log';

/** A sentence on what it is, or why it is empty; then the rows. */
function listSheet(page: Page, kind: ListKind, input: SheetInput): Sheet {
  const { drawing, spot, reading } = input;
  const { theme } = drawing;
  const { words, signs } = theme;
  const says = {
    sites: [words.sitesSay, words.noSites],
    patches: [words.patchesSay, words.noPatches],
    runs: [words.runsSay, words.noRuns],
    log: [words.logSay, words.noLog],
  } as const;
  const list = listOf(page, spot, around(input));
  const isRead = kind !== 'runs' || reading.kind === 'runs';
  const said = says[kind][list.keys.length > 0 ? 0 : 1];
  const draw = rowsOfKind(kind, input);
  return {
    place: [],
    lines: isRead ? [[['quiet', `  ${said}`]], []] : readLines(reading, drawing),
    list,
    row: (key, isChosen) => draw(key, isChosen ? `${signs.cursor} ` : '  '),
    foot: [],
  };
}

function rowsOfKind(
  kind: ListKind,
  { drawing, reading }: SheetInput,
): (key: string, gutter: string) => Line {
  const { store } = drawing;
  switch (kind) {
    case 'sites': {
      const places = new Map(placesIn(drawing).map((place) => [place.key, place]));
      return drawn(places, (place, gutter) => placeRow(place, gutter, drawing));
    }
    case 'patches': {
      const patches = new Map(store.patches().map((patch) => [patch.kb, patch]));
      return drawn(patches, (patch, gutter) => patchRow(patch, gutter, drawing));
    }
    case 'runs': {
      const runs = reading.kind === 'runs' ? reading.runs : [];
      const byId = new Map(runs.map((run) => [run.id, run]));
      return drawn(byId, (run, gutter) => runRow(run, gutter, drawing));
    }
    case 'log':
      return (key, gutter) => {
        const event = eventAt(key, store);
        return event === undefined ? [] : logRow(event, gutter, drawing);
      };
  }
}

function drawn<Item>(
  items: ReadonlyMap<string, Item>,
  draw: (item: Item, gutter: string) => Line,
): (key: string, gutter: string) => Line {
  return (key, gutter) => {
    const item = items.get(key);
    return item === undefined ? [] : draw(item, gutter);
  };
}

function causeSheet(page: Page, input: SheetInput): Sheet {
  const { drawing, spot } = input;
  const { theme } = drawing;
  const group = groupAt(page.id, spot, drawing);
  const columns = columnsOf(spot.columns, drawing);
  const { groups } = tableAt(spot, drawing);
  const at = groups.findIndex(({ id }) => id === page.id);
  return {
    place: at < 0 ? [] : [` ${theme.words.hostOf(at + 1, groups.length)}`],
    lines:
      group === undefined
        ? [[`  ${theme.words.noHostsLeft}`]]
        : causeLines(group, membersOf(page.id, spot, drawing), drawing),
    list: listOf(page, spot, around(input)),
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
    if (kind !== 'host') return [drawing.theme.words.screens[kind]];
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
