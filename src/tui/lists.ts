/** The things that a page lists, one a row, each of which can be chosen and opened. Pure. */
import { hostId } from '../core/host.ts';
import { parseFilter } from '../store/filter.ts';
import type { Arranged } from '../store/groups.ts';
import type { HostState } from '../store/host-state.ts';
import type { RunStore, Told } from '../store/run.ts';
import { WHOLE } from '../store/table.ts';
import { opened, type Page, type Spot, type Surroundings, tableAt } from './spot.ts';

export interface Listed {
  readonly keys: readonly string[];
  /** Where enter on one of them leads. */
  open(spot: Spot, key: string): Spot;
}

type Around = Pick<Surroundings, 'store' | 'now' | 'reading'>;

const NOTHING: Listed = { keys: [], open: (spot) => spot };

export function listOf(page: Page, spot: Spot, around: Around): Listed {
  return LISTS[page.kind]?.(page, spot, around) ?? NOTHING;
}

const LISTS: Readonly<
  Partial<Record<Page['kind'], (page: Page, spot: Spot, around: Around) => Listed>>
> = {
  cause: (page, spot, around) => ({
    keys: membersOf(page.id, spot, around).map(({ id }) => id),
    open: (from, key) => opened(from, 'host', key),
  }),
  sites: (_page, _spot, around) => ({
    keys: placesIn(around).map(({ key }) => key),
    open: (from, key) =>
      leadTo(
        placesIn(around).find((place) => place.key === key),
        from,
        around,
      ),
  }),
  patches: (_page, _spot, around) => ({
    keys: around.store.patches().map(({ kb }) => kb),
    open: (from, key) => filtered(from, `kb:${key}`, around.store),
  }),
  log: (_page, _spot, { store }) => ({
    keys: store.log().map(keyOf).toReversed(),
    open(from, key) {
      const event = eventAt(key, store);
      return event !== undefined && 'host' in event ? opened(from, 'host', event.host) : from;
    },
  }),
  runs: (_page, _spot, { reading, store }) => ({
    keys: reading.kind === 'runs' ? reading.runs.map(({ id }) => id) : [],
    open: (from, key) =>
      store.finish() === undefined
        ? { ...from, said: (words) => words.runGoesOn }
        : { ...from, departure: `open ${key}` },
  }),
};

/** A cause is about the whole run; what else hosts are grouped by, about what is seen. */
export function membersOf(
  group: string,
  spot: Spot,
  around: Pick<Surroundings, 'store' | 'now'>,
): readonly HostState[] {
  const all = tableAt(WHOLE, around).members(group);
  return all.length > 0 ? all : tableAt(spot, around).members(group);
}

/** A place that hosts have in common: as the inventory has it, or as the run found it. */
export type Place = { readonly key: string } & (
  | { readonly kind: 'label'; readonly label: string; readonly group: Arranged }
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly cause: string;
      readonly counts: readonly [affected: number, affectedKnown: number];
    }
);

/** Sites, jump hosts, and the servers that the hosts of a cause share. */
export function placesIn(around: Pick<Surroundings, 'store' | 'now'>): readonly Place[] {
  const { store } = around;
  const labelled = ['site', 'relay']
    .filter((label) => store.labels().has(label))
    .flatMap((label) =>
      tableAt({ ...WHOLE, by: label }, around)
        .groups.filter(({ kind }) => kind === 'label')
        .map((group): Place => ({ kind: 'label', key: group.id, label, group })),
    );
  const found = store.groups().flatMap(({ id, pattern }) =>
    (pattern?.shared ?? [])
      .filter(({ bearing, kind }) => bearing === 'relay' && kind !== 'site')
      .map(({ kind, value, affected, affectedKnown }): Place => ({
        kind: 'found',
        key: `${id} ${kind} ${value}`,
        name: `${kind} ${value}`,
        cause: id,
        counts: [affected, affectedKnown],
      })),
  );
  return [...labelled, ...found];
}

function leadTo(place: Place | undefined, from: Spot, { store }: Around): Spot {
  if (place === undefined) return from;
  if (place.kind === 'found') return opened(from, 'cause', place.cause);
  return filtered(from, `${place.label}:"${place.group.title ?? ''}"`, store);
}

/** The table, with only what fits. */
function filtered(spot: Spot, text: string, store: RunStore): Spot {
  const parsed = parseFilter(text, store.labels().keys());
  if (parsed.kind === 'problem' || parsed.filter === undefined) return spot;
  return { ...spot, pages: [], filter: parsed.filter, cursor: undefined, line: 0 };
}

const keyOf = ({ seq }: Told): string => String(seq);

export function eventAt(key: string, store: RunStore): Told | undefined {
  return store.log().find((event) => keyOf(event) === key);
}

/** Where the chosen one stands; one that has gone leaves its place to the first. */
export function indexOf({ keys }: Listed, chosen: string | undefined): number {
  return chosen === undefined ? 0 : Math.max(0, keys.indexOf(chosen));
}

/** The host that a key press on a page is about. */
export function hostOn(page: Page, list: Listed): ReturnType<typeof hostId> | undefined {
  if (page.kind === 'host') return hostId(page.id);
  const key = page.kind === 'cause' ? list.keys[indexOf(list, page.chosen)] : undefined;
  return key === undefined ? undefined : hostId(key);
}
