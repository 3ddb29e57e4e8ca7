/** The table that is seen: hosts that fit the filter, in groups, in order. Made anew when the run or the lens has changed. */
import type { HostId, Labels } from '../core/host.ts';
import type { Filter } from './filter.ts';
import {
  type Arranged,
  byCause,
  byLabel,
  byStatus,
  type Group,
  type Grouping,
  type LiveHost,
} from './groups.ts';
import { firstFinding, type GroupId, type HostState } from './host-state.ts';
import { keyAt, type RowKey, type RowWindow, type View, windowOf } from './window.ts';

/** Order of the hosts inside a group; `inventory` as they came, those at work with the slowest first. */
export type Sorting = 'inventory' | 'host' | 'since' | 'conf';
export const SORTINGS: readonly Sorting[] = ['inventory', 'host', 'since', 'conf'];

/** What of the run is looked at, and how it is laid out. */
export interface Lens {
  readonly filter: Filter | undefined;
  readonly by: Grouping;
  readonly sort: Sorting;
}

export const WHOLE: Lens = { filter: undefined, by: 'cause', sort: 'inventory' };

export interface Table {
  /** Those that have any host. */
  readonly groups: readonly Arranged[];
  /** Hosts that the filter lets through. */
  readonly hosts: number;
  rows(view: View): RowWindow;
  keyAt(folds: View['folds'], index: number): RowKey | undefined;
  groupOf(host: HostId): Group | undefined;
  /** All of them in table order, those of folded groups too. */
  shown(): readonly HostState[];
  /** The hosts of a group in table order. */
  members(group: GroupId): readonly HostState[];
}

/** @param everybody labels that all hosts of the run share @param now milliseconds since 1970 */
export function tableOf(
  hosts: ReadonlyMap<HostId, LiveHost>,
  { filter, by, sort }: Lens,
  everybody: Labels,
  now: number,
): Table {
  const shown =
    filter === undefined
      ? [...hosts.values()]
      : [...hosts.values()].filter((host) => filter.matches(host, now));
  const groups = arranged(shown, by, everybody, filter === undefined);
  for (const { members } of groups) sortBy(members, sort);
  const groupWith = (host: LiveHost): Arranged | undefined =>
    by === 'cause'
      ? groups.find(({ id }) => id === host.group.id)
      : groups.find(({ members }) => members.includes(host));
  const find = (id: HostId): { readonly group: Arranged; readonly slot: number } | undefined => {
    const host = hosts.get(id);
    const group = host && groupWith(host);
    const slot = group?.members.indexOf(host as LiveHost) ?? -1;
    return group === undefined || slot < 0 ? undefined : { group, slot };
  };
  return {
    groups,
    hosts: shown.length,
    rows: (view) => windowOf(groups, find, view),
    keyAt: (folds, index) => keyAt(groups, folds, index),
    groupOf: (id) => find(id)?.group,
    shown: () => groups.flatMap(({ members }) => members),
    members: (id) => groups.find((group) => group.id === id)?.members ?? [],
  };
}

function arranged(
  hosts: readonly LiveHost[],
  by: Grouping,
  everybody: Labels,
  isWhole: boolean,
): Arranged[] {
  if (by === 'cause') return byCause(hosts, everybody, isWhole);
  return by === 'status' ? byStatus(hosts) : byLabel(hosts, by);
}

const names = new Intl.Collator('en', { numeric: true });

function sortBy(members: LiveHost[], sort: Sorting): void {
  if (sort === 'inventory') return;
  if (sort === 'host') members.sort((a, b) => names.compare(a.id, b.id));
  else if (sort === 'conf') members.sort((a, b) => confidenceOf(b) - confidenceOf(a));
  else members.sort((a, b) => (sinceOf(a) < sinceOf(b) ? -1 : Number(sinceOf(a) > sinceOf(b))));
}

function confidenceOf(host: LiveHost): number {
  return firstFinding(host)?.confidence ?? -1;
}

/** Times of one form sort as text; what has none comes last. */
function sinceOf(host: LiveHost): string {
  return firstFinding(host)?.firstSeen ?? '~';
}
