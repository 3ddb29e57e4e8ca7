/** What a key does to the table. Pure. */
import type { HostId } from '../core/host.ts';
import type { GroupId, HostState } from '../store/host-state.ts';
import { isFolded, type Row, type RowKey, type RowWindow } from '../store/window.ts';
import type { Action } from './keys.ts';
import { marked, opened, type Spot, type Surroundings, tableAt } from './spot.ts';
import { NOTHING_TYPED } from './typed.ts';

/** How far a key moves, given the height of a page. */
export const STEPS: Readonly<Partial<Record<Action, (page: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  'page-up': (page) => -page,
  'page-down': (page) => page,
  first: () => -Infinity,
  last: () => Infinity,
};

type Deeds<Where> = Readonly<Partial<Record<Action, (where: Where) => Spot>>>;

interface Here {
  readonly spot: Spot;
  readonly around: Surroundings;
}

const DEEDS: Deeds<Here> = {
  filter({ spot }) {
    const text = spot.filter?.text ?? '';
    const line = text === '' ? NOTHING_TYPED : { text, at: text.length };
    return { ...spot, typing: { line, before: spot.filter, back: 0 } };
  },
  group: ({ spot }) => ({ ...spot, box: 'grouping', pick: 0 }),
  sort: ({ spot }) => ({ ...spot, box: 'sorting', pick: 0 }),
  clear: ({ spot }) =>
    spot.filter === undefined ? { ...spot, marks: new Set() } : { ...spot, filter: undefined },
  'mark-shown': ({ spot, around }) => ({
    ...spot,
    marks: marked(spot.marks, idsOf(tableAt(spot, around).shown()), true),
  }),
  unmark: ({ spot }) => ({ ...spot, marks: new Set() }),
  columns: ({ spot }) => ({ ...spot, box: 'columns', pick: 0 }),
  freeze: ({ spot, around }) => ({
    ...spot,
    still: spot.still === undefined ? around.store.still() : undefined,
  }),
  detail: ({ spot }) => ({ ...spot, hasDetail: !spot.hasDetail }),
  'detail-down': (here) => detailScrolled(here, 1),
  'detail-up': (here) => detailScrolled(here, -1),
};

/** Half of what is seen at a time, so that the eye finds its line again. */
function detailScrolled({ spot, around }: Here, by: 1 | -1): Spot {
  const { lastDetailScroll, detailHeight } = around.extent;
  const from = Math.min(spot.detailScroll, lastDetailScroll);
  const to = from + by * Math.ceil(detailHeight / 2);
  return { ...spot, detailScroll: Math.max(0, Math.min(lastDetailScroll, to)) };
}

export function onTable(spot: Spot, action: Action, around: Surroundings): Spot {
  return DEEDS[action]?.({ spot, around }) ?? onRow(spot, action, around);
}

interface OnRow extends Here {
  readonly window: RowWindow;
  readonly row: Row;
}

const ROW_DEEDS: Deeds<OnRow> = {
  'next-host': ({ spot, window, around }) => toHost(spot, window, 1, around),
  'previous-host': ({ spot, window, around }) => toHost(spot, window, -1, around),
  mark: ({ spot, row, window, around }) => markedRow(spot, row, window, around),
  'mark-range': ({ spot, row, window, around }) =>
    row.kind === 'host' ? markedRange(spot, row, window, around) : spot,
  cause: ({ spot, row }) => opened(withCursor(spot, row), 'cause', row.group.id),
};

/** What is about the row under the cursor. */
function onRow(spot: Spot, action: Action, around: Surroundings): Spot {
  const { tableHeight } = around.extent;
  const window = tableAt(spot, around).rows({ ...spot, height: tableHeight });
  const step = STEPS[action];
  if (step !== undefined) {
    const by = step(tableHeight);
    // A page turns under the cursor; a single step moves the cursor on the page.
    return moved(spot, window, by, Math.abs(by) === 1 ? window.line + by : window.line, around);
  }
  const row = window.rows[window.line];
  if (row === undefined) return spot;
  const chosen = { ...spot, line: window.line };
  const deed = ROW_DEEDS[action];
  if (deed !== undefined) return deed({ spot: chosen, around, window, row });
  return row.kind === 'host'
    ? onHostRow(chosen, row, action)
    : folded(chosen, row.group.id, shuts(row, action));
}

type GroupRow = Extract<Row, { kind: 'group' }>;
type HostRow = Extract<Row, { kind: 'host' }>;

function onHostRow(spot: Spot, row: HostRow, action: Action): Spot {
  if (action === 'fold') return folded(spot, row.group.id, true);
  return opened(withCursor(spot, row), 'host', row.host.id);
}

const shuts = (row: GroupRow, action: Action): boolean =>
  action === 'open' ? !row.isFolded : action === 'fold';

function withCursor(spot: Spot, row: Row): Spot {
  const cursor: RowKey =
    row.kind === 'host' ? { kind: 'host', id: row.host.id } : { kind: 'group', id: row.group.id };
  return { ...spot, cursor };
}

function folded(spot: Spot, id: GroupId, isShut: boolean): Spot {
  const folds = new Map(spot.folds).set(id, isShut);
  // A chosen host that went into a folded group is found again when that is unfolded.
  const cursor: RowKey =
    isShut || spot.cursor?.kind !== 'host' ? { kind: 'group', id } : spot.cursor;
  return { ...spot, folds, cursor };
}

function moved(
  spot: Spot,
  window: RowWindow,
  by: number,
  line: number,
  around: Surroundings,
): Spot {
  const { tableHeight } = around.extent;
  const to = Math.max(0, Math.min(window.total - 1, window.top + window.line + by));
  const onPage = Math.max(0, Math.min(tableHeight - 1, line));
  const cursor = tableAt(spot, around).keyAt(spot.folds, to);
  return { ...spot, cursor, line: onPage, detailScroll: 0 };
}

/** To the next row that is a host, over the rows of groups. */
function toHost(spot: Spot, window: RowWindow, by: 1 | -1, around: Surroundings): Spot {
  const table = tableAt(spot, around);
  const from = window.top + window.line;
  for (let to = from + by; to >= 0 && to < window.total; to += by) {
    if (table.keyAt(spot.folds, to)?.kind === 'host')
      return moved(spot, window, to - from, window.line + to - from, around);
  }
  return spot;
}

/** A host is marked and left for the next row; a group is marked as a whole, or, once it is, unmarked. */
function markedRow(spot: Spot, row: Row, window: RowWindow, around: Surroundings): Spot {
  if (row.kind === 'host') {
    const isOn = !spot.marks.has(row.host.id);
    const marks = marked(spot.marks, [row.host.id], isOn);
    return moved({ ...spot, marks, anchor: row.host.id }, window, 1, window.line + 1, around);
  }
  const ids = idsOf(row.group.members);
  return { ...spot, marks: marked(spot.marks, ids, !ids.every((id) => spot.marks.has(id))) };
}

/** From the host that was marked last to that of the cursor, without those in folded groups; from none, as one is marked. */
function markedRange(spot: Spot, row: HostRow, window: RowWindow, around: Surroundings): Spot {
  const open = tableAt(spot, around).groups.filter((group) => !isFolded(group, spot.folds));
  const ids = open.flatMap(({ members }) => idsOf(members));
  const here = ids.indexOf(row.host.id);
  const from = spot.anchor === undefined ? -1 : ids.indexOf(spot.anchor);
  if (from < 0) return markedRow(spot, row, window, around);
  const range = ids.slice(Math.min(from, here), Math.max(from, here) + 1);
  return { ...spot, marks: marked(spot.marks, range, true), anchor: row.host.id };
}

const idsOf = (hosts: readonly HostState[]): HostId[] => hosts.map(({ id }) => id);

/** To the cause that stands as the so-many-th under the flag, with its hosts unfolded. */
export function jumped(spot: Spot, nth: number, { store }: Surroundings): Spot {
  const group = store.groups().filter(({ isRecurring }) => isRecurring)[nth - 1];
  if (group === undefined) return spot;
  const folds = new Map(spot.folds).set(group.id, false);
  return {
    ...spot,
    by: 'cause',
    filter: undefined,
    folds,
    cursor: { kind: 'group', id: group.id },
    line: 0,
  };
}
