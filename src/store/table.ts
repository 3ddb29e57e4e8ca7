/** The table that is seen: hosts that fit the filter, in groups, in order. Made anew when the run or the lens has changed. */
import type { HostId, Labels } from '../core/host.ts';
import type { Filter } from './filter.ts';
import {
  type Arranged,
  byCause,
  byLabel,
  byStage,
  byStatus,
  type Group,
  type Grouping,
  type LiveHost,
} from './groups.ts';
import { firstFinding, type GroupId, type HostState } from './host-state.ts';
import { keyAt, type RowKey, type RowWindow, type View, windowOf } from './window.ts';

/**
 * Order of the hosts inside a group: `inventory` as they came, those at work with the slowest first; one of our own, or
 * the value of a label.
 */
export type Sorting = (typeof OWN_SORTINGS)[number] | (string & {});
export const OWN_SORTINGS = ['inventory', 'host', 'since', 'conf', 'cause', 'age'] as const;

/** What of the run is looked at, and how it is laid out. */
export interface Lens {
  readonly filter: Filter | undefined;
  readonly by: Grouping;
  readonly sort: Sorting;
  readonly isReversed: boolean;
}

export const WHOLE: Lens = {
  filter: undefined,
  by: 'cause',
  sort: 'inventory',
  isReversed: false,
};

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
  { filter, by, sort, isReversed }: Lens,
  everybody: Labels,
  now: number,
): Table {
  const shown =
    filter === undefined
      ? [...hosts.values()]
      : [...hosts.values()].filter((host) => filter.matches(host, now));
  const groups = arranged(shown, by, everybody, filter === undefined);
  for (const { members } of groups) sortBy(members, sort, isReversed);
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
  if (by === 'status') return byStatus(hosts);
  return by === 'stage' ? byStage(hosts) : byLabel(hosts, by);
}

const names = new Intl.Collator('en', { numeric: true });

/** Hosts that have nothing to be sorted by come last either way. */
function sortBy(members: LiveHost[], sort: Sorting, isReversed: boolean): void {
  if (sort === 'inventory') {
    if (isReversed) members.reverse();
    return;
  }
  const keyOf = KEYS[sort] ?? (({ labels }: LiveHost) => labels[sort]);
  const keys = new Map(members.map((host) => [host, keyOf(host)]));
  members.sort((a, b) => {
    const [one, other] = [keys.get(a), keys.get(b)];
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    return isReversed ? compare(other, one) : compare(one, other);
  });
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : names.compare(String(a), String(b));
}

/** What comes first is what matters more: the surest, what fails the longest, what is known from longest ago. */
const KEYS: Readonly<Record<string, (host: LiveHost) => string | number | undefined>> = {
  host: ({ id }) => id,
  conf(host) {
    const finding = firstFinding(host);
    return finding && -finding.confidence;
  },
  since(host) {
    const since = firstFinding(host)?.firstSeen;
    return since === undefined ? undefined : Date.parse(since);
  },
  cause: (host) => firstFinding(host)?.id,
  age: ({ outcome }) => (outcome?.kind === 'judged' ? Date.parse(outcome.collectedAt) : undefined),
};
