/** Where the user is and what a key does to that: a pure function, so that every way through is testable. */
import type { HostId } from '../core/host.ts';
import type { GroupId } from '../store/host-state.ts';
import type { RunStore } from '../store/run.ts';
import { isFolded, type RowKey, type RowWindow } from '../store/window.ts';
import { type Action, actionOf, type Focus } from './keys.ts';

/** How the user left: `detach` leaves the run going, `abort` wants the process to end now. */
export type Departure = 'quit' | 'detach' | 'interrupt' | 'abort';

export type Tab = 'verdict' | 'evidence';

export interface Spot {
  readonly folds: ReadonlyMap<GroupId, boolean>;
  readonly cursor: RowKey | undefined;
  /** The cursor's row in the window. */
  readonly line: number;
  /** The host whose page is open. */
  readonly host: HostId | undefined;
  readonly tab: Tab;
  /** First line shown of the host's page. */
  readonly scroll: number;
  readonly box: 'none' | 'help' | 'leaving';
  /** `stop`: the run is asked to stop. `leave`: and the screen closes when it has. */
  readonly stopping: 'no' | 'stop' | 'leave';
  readonly departure: Departure | undefined;
}

export const START: Spot = {
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
}

export function focusOf(spot: Spot): Focus {
  if (spot.box !== 'none') return spot.box;
  return spot.host === undefined ? 'causes' : 'host';
}

export function press(spot: Spot, key: string, around: Surroundings): Spot {
  const action = actionOf(key, focusOf(spot));
  if (action === undefined) return spot;
  return leaving(spot, action, around) ?? browsing(spot, action, around);
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
  const { store, extent } = around;
  const window = store.rows({ ...spot, height: extent.tableHeight });
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
  { store, extent }: Surroundings,
): Spot {
  const to = Math.max(0, Math.min(window.total - 1, window.top + window.line + by));
  const onPage = Math.max(0, Math.min(extent.tableHeight - 1, line));
  return { ...spot, cursor: store.keyAt(spot.folds, to), line: onPage };
}

const pageOf = (host: HostId): Pick<Spot, 'host' | 'scroll'> => ({ host, scroll: 0 });

function onHost(spot: Spot, host: HostId, action: Action, { store, extent }: Surroundings): Spot {
  const step = STEPS[action];
  if (step !== undefined) {
    const scroll = Math.min(spot.scroll, extent.lastScroll) + step(extent.pageHeight);
    return { ...spot, scroll: Math.max(0, Math.min(extent.lastScroll, scroll)) };
  }
  if (action === 'back') return { ...spot, host: undefined, tab: 'verdict', scroll: 0 };
  if (action === 'next-host') return beside(spot, host, 1, store);
  if (action === 'previous-host') return beside(spot, host, -1, store);
  if (action !== 'next-tab') return spot;
  return { ...spot, tab: spot.tab === 'verdict' ? 'evidence' : 'verdict', scroll: 0 };
}

function beside(spot: Spot, host: HostId, by: 1 | -1, store: RunStore): Spot {
  const members = store.members(store.groupOf(host)?.id ?? '');
  const next = members[members.findIndex((member) => member.id === host) + by];
  if (next === undefined) return spot;
  return { ...spot, cursor: { kind: 'host', id: next.id }, ...pageOf(next.id) };
}
