/** The order of the table: groups by what matters most, hosts inside a group by the inventory. */
import type { Labels } from '../core/host.ts';
import { commonLabels, telling } from '../core/common-labels.ts';
import type { GroupId, GroupKind, HostState, Place } from './host-state.ts';

export interface Group {
  readonly id: GroupId;
  readonly kind: GroupKind;
  /** As the catalogue has it; undefined for groups that are no cause. */
  readonly title: string | undefined;
  readonly count: number;
  readonly isRecurring: boolean;
  /** Of a recurring group: labels that all of its hosts share and the whole run does not. */
  readonly common: Labels;
  /** The one thing to do next, from the first host that came with one. */
  readonly next: string | undefined;
}

/** A host as the store holds it: what others read, and where it stands. */
export type LiveHost = { -readonly [Key in keyof HostState]: HostState[Key] } & {
  group: LiveGroup;
  /** Counts up as hosts are started: the smallest has been at work longest. */
  startedAs: number;
  /** Its index among the members of its group, as of the last arrangement. */
  slot: number;
};

export type LiveGroup = { -readonly [Key in keyof Group]: Group[Key] } & {
  members: LiveHost[];
  /** Its index in the table as of the last arrangement: groups of one size keep their order. */
  rank: number;
};

const ORDER: readonly GroupKind[] = [
  'cause',
  'contact',
  'no-evidence',
  'skipped',
  'ok',
  'at-work',
  'queued',
];

export function newGroup(place: Place, rank: number): LiveGroup {
  return {
    ...place,
    title: undefined,
    count: 0,
    isRecurring: false,
    common: {},
    next: undefined,
    members: [],
    rank,
  };
}

/**
 * Fills every group's members and returns the groups that have any, in table order. One pass over the hosts:
 * 0.2 to 0.5 ms for 5,000, so that no index has to be kept while events come in.
 */
export function arrange(
  hosts: Iterable<LiveHost>,
  groups: Iterable<LiveGroup>,
  everybody: Labels,
): LiveGroup[] {
  const arranged: LiveGroup[] = [];
  for (const group of groups) {
    group.members = [];
    if (group.count > 0) arranged.push(group);
  }
  for (const host of hosts) host.slot = host.group.members.push(host) - 1;
  arranged.sort(byImportance);
  for (const [rank, group] of arranged.entries()) {
    group.rank = rank;
    if (group.kind === 'at-work') slowestFirst(group.members);
    group.common = group.isRecurring ? telling(commonLabels(group.members), everybody) : {};
  }
  return arranged;
}

function byImportance(a: LiveGroup, b: LiveGroup): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    Number(b.isRecurring) - Number(a.isRecurring) ||
    b.count - a.count ||
    a.rank - b.rank
  );
}

function slowestFirst(members: LiveHost[]): void {
  members.sort((a, b) => a.startedAs - b.startedAs);
  for (const [slot, host] of members.entries()) host.slot = slot;
}
