/** Where the user is and what a key does to that: a pure function, so that every way through is testable. */
import type { HostId } from '../core/host.ts';
import { completionsOf } from '../store/completions.ts';
import { type Filter, parseFilter } from '../store/filter.ts';
import type { Grouping } from '../store/groups.ts';
import type { GroupId } from '../store/host-state.ts';
import type { RunStore } from '../store/run.ts';
import { type Lens, type Sorting, SORTINGS, type Table } from '../store/table.ts';
import { isFolded, type RowKey, type RowWindow } from '../store/window.ts';
import { type Action, actionOf, type Focus } from './keys.ts';
import { edited, NOTHING_TYPED, replaced, type Typed } from './typed.ts';

/** How the user left: `detach` leaves the run going, `abort` wants the process to end now. */
export type Departure = 'quit' | 'detach' | 'interrupt' | 'abort';

export type Tab = 'verdict' | 'evidence';

/** The filter line while it is open. */
export interface Typing {
  readonly line: Typed;
  /** What was in force before, for going back. */
  readonly before: Filter | undefined;
  /** How far back in what was kept earlier; 0 is what is typed now. */
  readonly back: number;
}

export interface Spot extends Lens {
  readonly folds: ReadonlyMap<GroupId, boolean>;
  readonly cursor: RowKey | undefined;
  /** The cursor's row in the window. */
  readonly line: number;
  /** The host whose page is open. */
  readonly host: HostId | undefined;
  readonly tab: Tab;
  /** First line shown of the host's page. */
  readonly scroll: number;
  readonly box: 'none' | 'help' | 'leaving' | 'grouping' | 'sorting';
  /** The chosen line of an open picker. */
  readonly pick: number;
  readonly typing: Typing | undefined;
  /** Filters that were kept, the last one first. */
  readonly kept: readonly string[];
  /** `stop`: the run is asked to stop. `leave`: and the screen closes when it has. */
  readonly stopping: 'no' | 'stop' | 'leave';
  readonly departure: Departure | undefined;
}

export const START: Spot = {
  filter: undefined,
  by: 'cause',
  sort: 'inventory',
  pick: 0,
  typing: undefined,
  kept: [],
  folds: new Map(),
  cursor: undefined,
  line: 0,
  host: undefined,
  tab: 'verdict',
  scroll: 0,
  box: 'none',
  stopping: 'no',
  departure: undefined,
};

/** What the last drawing came out as: how far a page goes, how far down a document ends. */
export interface Extent {
  tableHeight: number;
  pageHeight: number;
  lastScroll: number;
}

export interface Surroundings {
  readonly store: RunStore;
  readonly extent: Extent;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The table as it is seen from here. */
export function tableAt(spot: Spot, { store, now }: Pick<Surroundings, 'store' | 'now'>): Table {
  return store.table(spot, now);
}

export function focusOf(spot: Spot): Focus {
  if (spot.box !== 'none') return spot.box;
  if (spot.typing !== undefined) return 'filter';
  return spot.host === undefined ? 'causes' : 'host';
}

export function press(spot: Spot, key: string, around: Surroundings): Spot {
  const focus = focusOf(spot);
  const action = actionOf(key, focus);
  if (focus === 'filter' && spot.typing !== undefined && action !== 'interrupt')
    return typing(spot, spot.typing, action ?? key, around);
  if (action === undefined) return spot;
  const left = leaving(spot, action, around);
  if (left !== undefined) return left;
  if (focus === 'grouping' || focus === 'sorting') return picking(spot, focus, action, around);
  return action === 'jump' ? jumped(spot, Number(key), around) : browsing(spot, action, around);
}

/** @param key an action of the filter line, or a key that goes into its text */
function typing(spot: Spot, open: Typing, key: string, { store }: Surroundings): Spot {
  const { line } = open;
  const labels = store.labels().keys();
  switch (key) {
    case 'undo':
      return { ...spot, typing: undefined, filter: open.before };
    case 'keep': {
      const { filter } = spot;
      const kept =
        filter === undefined
          ? spot.kept
          : [filter.text, ...spot.kept.filter((each) => each !== filter.text)];
      return { ...spot, typing: undefined, kept };
    }
    case 'recall': {
      const text = spot.kept[open.back];
      if (text === undefined) return spot;
      return typed(spot, { ...open, line: { text, at: text.length }, back: open.back + 1 }, labels);
    }
    case 'complete': {
      const { from, to, choices } = completionsOf(line.text, line.at, store.hosts(), labels);
      const [first] = choices;
      if (first === undefined) return spot;
      return typed(spot, { ...open, line: replaced(line, from, to, first.text) }, labels);
    }
    default:
      return typed(spot, { ...open, line: edited(line, key) }, labels);
  }
}

/** What is typed is in force at once; while it makes no sense, the last that did. */
function typed(spot: Spot, open: Typing, labels: Iterable<string>): Spot {
  const parsed = parseFilter(open.line.text, labels);
  const filter = parsed.kind === 'filter' ? parsed.filter : spot.filter;
  return { ...spot, typing: open, filter };
}

/** What a picker offers. */
export function choicesOf(
  box: 'grouping' | 'sorting',
  store: RunStore,
): readonly (Grouping | Sorting)[] {
  if (box === 'sorting') return SORTINGS;
  const labels = [...store.labels()].filter(([key, values]) => key !== 'tags' && values.size > 1);
  return ['cause', 'status', ...labels.map(([key]) => key)];
}

function picking(
  spot: Spot,
  box: 'grouping' | 'sorting',
  action: Action,
  { store }: Surroundings,
): Spot {
  const choices = choicesOf(box, store);
  const step = action === 'up' ? -1 : action === 'down' ? 1 : 0;
  if (step !== 0) return { ...spot, pick: (spot.pick + step + choices.length) % choices.length };
  const choice = choices[spot.pick];
  if (action !== 'choose' || choice === undefined) return spot;
  const closed: Spot = { ...spot, box: 'none' };
  // Another table: it is read from its top.
  if (box === 'grouping') return { ...closed, by: choice, cursor: undefined, line: 0 };
  return { ...closed, sort: SORTINGS.find((each) => each === choice) ?? spot.sort };
}

/** To the cause that stands as the so-many-th under the flag, with its hosts unfolded. */
function jumped(spot: Spot, nth: number, { store }: Surroundings): Spot {
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

function leaving(spot: Spot, action: Action, { store }: Surroundings): Spot | undefined {
  const isOver = store.finish() !== undefined;
  if (action === 'quit') {
    return isOver ? { ...spot, departure: 'quit' } : { ...spot, box: 'leaving' };
  }
  if (action === 'interrupt') {
    if (isOver) return { ...spot, departure: 'quit' };
    if (spot.stopping === 'leave') return { ...spot, departure: 'abort' };
    return { ...spot, stopping: 'leave', box: 'none' };
  }
  if (action === 'detach') return { ...spot, departure: isOver ? 'quit' : 'detach' };
  if (action === 'stop') {
    return { ...spot, stopping: spot.stopping === 'no' ? 'stop' : spot.stopping, box: 'none' };
  }
  if (action === 'help') return { ...spot, box: 'help' };
  return action === 'stay' || action === 'close' ? { ...spot, box: 'none' } : undefined;
}

function browsing(spot: Spot, action: Action, around: Surroundings): Spot {
  if (spot.host !== undefined) return onHost(spot, spot.host, action, around);
  return onCauses(spot, action, around);
}

const STEPS: Readonly<Partial<Record<Action, (page: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  'page-up': (page) => -page,
  'page-down': (page) => page,
  first: () => -Infinity,
  last: () => Infinity,
};

function onCauses(spot: Spot, action: Action, around: Surroundings): Spot {
  const { extent } = around;
  if (action === 'filter') {
    const text = spot.filter?.text ?? '';
    const line = text === '' ? NOTHING_TYPED : { text, at: text.length };
    return { ...spot, typing: { line, before: spot.filter, back: 0 } };
  }
  if (action === 'group') return { ...spot, box: 'grouping', pick: 0 };
  if (action === 'sort') return { ...spot, box: 'sorting', pick: 0 };
  if (action === 'clear') return { ...spot, filter: undefined };
  const window = tableAt(spot, around).rows({ ...spot, height: extent.tableHeight });
  const step = STEPS[action];
  if (step !== undefined) {
    const by = step(extent.tableHeight);
    // A page turns under the cursor; a single step moves the cursor on the page.
    const line = Math.abs(by) === 1 ? window.line + by : window.line;
    return moved(spot, window, by, line, around);
  }
  const row = window.rows[window.line];
  if (row === undefined) return spot;
  const chosen = { ...spot, line: window.line };
  if (row.kind === 'host') {
    if (action === 'fold') return folded(chosen, row.group.id, true);
    return { ...chosen, cursor: { kind: 'host', id: row.host.id }, ...pageOf(row.host.id) };
  }
  const fold = action === 'open' ? !isFolded(row.group, spot.folds) : action === 'fold';
  return folded(chosen, row.group.id, fold);
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
  return { ...spot, cursor: tableAt(spot, around).keyAt(spot.folds, to), line: onPage };
}

const pageOf = (host: HostId): Pick<Spot, 'host' | 'scroll'> => ({ host, scroll: 0 });

function onHost(spot: Spot, host: HostId, action: Action, around: Surroundings): Spot {
  const { extent } = around;
  const step = STEPS[action];
  if (step !== undefined) {
    const scroll = Math.min(spot.scroll, extent.lastScroll) + step(extent.pageHeight);
    return { ...spot, scroll: Math.max(0, Math.min(extent.lastScroll, scroll)) };
  }
  if (action === 'back') return { ...spot, host: undefined, tab: 'verdict', scroll: 0 };
  if (action === 'next-host') return beside(spot, host, 1, around);
  if (action === 'previous-host') return beside(spot, host, -1, around);
  if (action !== 'next-tab') return spot;
  return { ...spot, tab: spot.tab === 'verdict' ? 'evidence' : 'verdict', scroll: 0 };
}

function beside(spot: Spot, host: HostId, by: 1 | -1, around: Surroundings): Spot {
  const table = tableAt(spot, around);
  const members = table.members(table.groupOf(host)?.id ?? '');
  const next = members[members.findIndex((member) => member.id === host) + by];
  if (next === undefined) return spot;
  return { ...spot, cursor: { kind: 'host', id: next.id }, ...pageOf(next.id) };
}
