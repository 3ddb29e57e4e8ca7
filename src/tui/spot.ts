/** Where the user is. A value: what a key does to it is said beside it, in pure functions. */
import type { ExportFormat } from '../core/export-format.ts';
import type { HostId } from '../core/host.ts';
import type { Filter } from '../store/filter.ts';
import type { Grouping } from '../store/groups.ts';
import type { GroupId } from '../store/host-state.ts';
import type { RunStore, Still } from '../store/run.ts';
import type { Lens, Table } from '../store/table.ts';
import type { Row, RowKey } from '../store/window.ts';
import type { Focus, Screen } from './keys.ts';
import type { Reading } from './reading.ts';
import type { ThemeName } from './theme-names.ts';
import { NOTHING_TYPED, type Typed } from './typed.ts';
import type { Words } from './words.ts';

/** These hosts of the run are to be asked again. */
export interface AskAgain {
  readonly again: readonly HostId[];
}

/**
 * How the user left: `detach` leaves the run going, `abort` wants the process to end now, `open` goes on with the stored
 * run of that id.
 */
export type Departure = 'quit' | 'detach' | 'interrupt' | 'abort' | `open ${string}` | AskAgain;

/** A sentence, in whatever language it is read. */
export type Said = (words: Words) => string;

/** What there is to see of a host. */
export const TABS = ['evidence', 'history', 'path', 'raw'] as const;
export type Tab = (typeof TABS)[number];

/** A screen over the table. */
export interface Page {
  readonly kind: Exclude<Screen, 'table'>;
  /** The host or the group it is about. */
  readonly id: string;
  readonly tab: Tab;
  /** First line shown. */
  readonly scroll: number;
  /** The chosen one of the things it lists; undefined: the first. */
  readonly chosen: string | undefined;
}

/** The filter line while it is open. */
export interface Typing {
  readonly line: Typed;
  /** What was in force before, for going back. */
  readonly before: Filter | undefined;
  /** How far back in what was kept earlier; 0 is what is typed now. */
  readonly back: number;
}

const PICKERS = ['grouping', 'sorting', 'exporting', 'columns'] as const;
export type Picker = (typeof PICKERS)[number];

export function isPicker(box: Spot['box']): box is Picker {
  return PICKERS.some((each) => each === box);
}

/** What a key asked for that is no matter of the screen. Done once for each that is set. */
export type Errand =
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'save'; readonly format: ExportFormat; readonly hosts: readonly HostId[] }
  | { readonly do: 'pause' }
  | { readonly do: 'view'; readonly viewer: 'pager' | 'editor' };

export interface Spot extends Lens {
  /** Columns that the user chose; undefined: as many as there is room for. */
  readonly columns: readonly string[] | undefined;
  readonly folds: ReadonlyMap<GroupId, boolean>;
  readonly cursor: RowKey | undefined;
  /** The cursor's row in the window. */
  readonly line: number;
  readonly themeName: ThemeName;
  /** Whether a wide terminal shows what the cursor is on beside the table. */
  readonly hasDetail: boolean;
  /** First line shown of it. */
  readonly detailScroll: number;
  /** What lies over the table, in the order in which it was opened. */
  readonly pages: readonly Page[];
  /** Hosts that the user marked: by name, so that no filter, order or grouping can lose them. */
  readonly marks: ReadonlySet<HostId>;
  /** The host that was marked last: a range begins there. */
  readonly anchor: HostId | undefined;
  readonly box: 'none' | 'help' | 'leaving' | 'rescanning' | 'palette' | Picker;
  /** Hosts that the open box would ask again. */
  readonly asking: readonly HostId[];
  /** The chosen line of an open picker or palette, the page of the help. */
  readonly pick: number;
  readonly typing: Typing | undefined;
  /** What is typed into the palette. */
  readonly command: Typed;
  /** Filters that were kept, the last one first. */
  readonly kept: readonly string[];
  /** `stop`: the run is asked to stop. `leave`: and the screen closes when it has. */
  readonly stopping: 'no' | 'stop' | 'leave';
  readonly departure: Departure | undefined;
  /** What the last key came to, until the next one. */
  readonly said: Said | undefined;
  readonly errand: Errand | undefined;
  /** The run as it was when the table was frozen. */
  readonly still: Still | undefined;
}

export const START: Spot = {
  filter: undefined,
  by: 'cause',
  sort: 'inventory',
  isReversed: false,
  columns: undefined,
  folds: new Map(),
  cursor: undefined,
  line: 0,
  themeName: 'auto',
  hasDetail: true,
  detailScroll: 0,
  pages: [],
  marks: new Set(),
  anchor: undefined,
  box: 'none',
  asking: [],
  pick: 0,
  typing: undefined,
  command: NOTHING_TYPED,
  kept: [],
  stopping: 'no',
  departure: undefined,
  said: undefined,
  errand: undefined,
  still: undefined,
};

/** What the last drawing came out as: how far a page goes, how far down a document ends. */
export interface Extent {
  readonly tableHeight: number;
  readonly pageHeight: number;
  readonly lastScroll: number;
  /** First line of the detail when its end is seen, and how many of its lines have room. */
  readonly lastDetailScroll: number;
  readonly detailHeight: number;
  /** Lines of the page above the things it lists. */
  readonly headLines: number;
  /** Pages of the help. */
  readonly helpPages: number;
}

export interface Surroundings {
  readonly store: RunStore;
  /** Of the page that is open. */
  readonly reading: Reading;
  readonly extent: Extent;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The table as it is seen from here. */
export function tableAt(
  spot: Lens & { readonly still?: Still | undefined },
  { store, now }: Pick<Surroundings, 'store' | 'now'>,
): Table {
  return (spot.still ?? store).table(lensOf(spot, store), now);
}

const OWN_GROUPINGS: ReadonlySet<string> = new Set(['cause', 'status', 'stage']);

/** What hosts are put together by: what was remembered of another run may be a label that this one does not have. */
export function groupingAt({ by }: Lens, store: RunStore): Grouping {
  return OWN_GROUPINGS.has(by) || store.labels().has(by) ? by : 'cause';
}

function lensOf({ filter, sort, isReversed, by }: Lens, store: RunStore): Lens {
  return { filter, sort, isReversed, by: groupingAt({ filter, sort, isReversed, by }, store) };
}

/** The row that the cursor is on. */
export function rowAt(spot: Spot, around: Surroundings): Row | undefined {
  const height = around.extent.tableHeight;
  const { rows, line } = tableAt(spot, around).rows({ ...spot, height });
  return rows[line];
}

export function pageAt({ pages }: Spot): Page | undefined {
  return pages.at(-1);
}

export function screenAt(spot: Spot): Screen {
  return pageAt(spot)?.kind ?? 'table';
}

export function focusOf(spot: Spot): Focus {
  if (spot.box !== 'none') return spot.box;
  return spot.typing === undefined ? screenAt(spot) : 'filter';
}

/** Opens a page over what is seen; the same page again is only brought to the front. */
export function opened(spot: Spot, kind: Page['kind'], id = ''): Spot {
  const others = spot.pages.filter((page) => page.kind !== kind || page.id !== id);
  const page: Page = { kind, id, tab: 'evidence', scroll: 0, chosen: undefined };
  return { ...spot, pages: [...others, page] };
}

export function withPage(spot: Spot, change: Partial<Page>): Spot {
  const page = pageAt(spot);
  return page === undefined
    ? spot
    : { ...spot, pages: [...spot.pages.slice(0, -1), { ...page, ...change }] };
}

/** The hosts with a mark, or without it. */
export function marked(
  marks: Spot['marks'],
  hosts: Iterable<HostId>,
  isOn: boolean,
): Spot['marks'] {
  const changed = new Set(marks);
  for (const host of hosts) {
    if (isOn) changed.add(host);
    else changed.delete(host);
  }
  return changed;
}
