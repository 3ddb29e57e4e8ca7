/** Groups of hosts, and the order in which they stand: what matters most first. */
import type { Pattern } from '../core/fleet.ts';
import type { Labels } from '../core/host.ts';
import { commonLabels, telling } from '../core/common-labels.ts';
import type { Stage } from '../core/contact.ts';
import type { Status } from '../core/verdict.ts';
import {
  type GroupId,
  type GroupKind,
  type HostState,
  type Place,
  statusOf,
} from './host-state.ts';

export interface Group {
  readonly id: GroupId;
  readonly kind: GroupKind;
  /** As the catalogue has it; undefined for groups that are no cause. */
  readonly title: string | undefined;
  readonly count: number;
  readonly isRecurring: boolean;
  /** Of a recurring group: labels that all of its hosts share and the whole run does not. */
  readonly common: Labels;
  /** Of a recurring group: what its hosts have in common beyond chance, as of the last time the fleet was judged. */
  readonly pattern: Pattern | undefined;
  /** The one thing to do next, from the first host that came with one. */
  readonly next: string | undefined;
}

/** A host as the store holds it: what others read, and the cause it stands under. */
export type LiveHost = { -readonly [Key in keyof HostState]: HostState[Key] } & {
  group: LiveGroup;
  /** Counts up as hosts are started: the smallest has been at work longest. */
  startedAs: number;
  trail: { readonly stages: Stage[]; readonly begun: number[] };
};

/** A group by cause, kept up to date event by event. */
export type LiveGroup = { -readonly [Key in keyof Group]: Group[Key] } & {
  /** Its index in the table as of the last arrangement: groups of one size keep their order. */
  rank: number;
};

/** A group as the table shows it: with the hosts that are shown of it. */
export interface Arranged extends Group {
  readonly members: LiveHost[];
}

/** What hosts are put together by: their cause, or the value of a label. */
export type Grouping = 'cause' | 'status' | (string & {});

/** In the place of a stage: it has come to its end. */
const EXAMINED = 'examined';
const CONTACT_STAGES = [
  'relay',
  'dns',
  'tcp',
  'tls',
  'http',
  'auth',
  'shell',
  'collector',
  'timeout',
] as const satisfies readonly Stage[];

const ORDER: readonly GroupKind[] = [
  'cause',
  'contact',
  'no-evidence',
  'skipped',
  'ok',
  'at-work',
  'queued',
  'status',
  'stage',
  'label',
  'unlabelled',
];

/** Statuses, the worst first. */
export const WORST_FIRST: readonly Status[] = [
  'failing',
  'scan-failing',
  'reboot-required',
  'blocked',
  'waiting',
  'unmanaged',
  'unreachable',
  'no-data',
  'skipped',
  'ok',
];

export function newGroup(place: Place, rank: number): LiveGroup {
  return {
    ...place,
    title: undefined,
    count: 0,
    isRecurring: false,
    common: {},
    pattern: undefined,
    next: undefined,
    rank,
  };
}

/**
 * Groups by cause that have any of `hosts`, in table order. One pass over the hosts: 0.2 to 0.5 ms for 5,000, so that
 * no index has to be kept while events come in. With `isWhole`, all hosts of the run, it notes what groups share and where
 * they stand.
 */
export function byCause(
  hosts: Iterable<LiveHost>,
  everybody: Labels,
  isWhole: boolean,
): Arranged[] {
  const arranged = [...bucketed(hosts, ({ group }) => group)].toSorted(([a, ofA], [b, ofB]) =>
    byImportance(a, ofA, b, ofB),
  );
  return arranged.map(([group, list], rank) => {
    if (group.kind === 'at-work') list.sort((a, b) => a.startedAs - b.startedAs);
    if (isWhole) {
      group.rank = rank;
      group.common = group.isRecurring ? telling(commonLabels(list), everybody) : {};
    }
    return { ...group, count: list.length, members: list };
  });
}

function byImportance(a: LiveGroup, ofA: LiveHost[], b: LiveGroup, ofB: LiveHost[]): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    Number(b.isRecurring) - Number(a.isRecurring) ||
    ofB.length - ofA.length ||
    a.rank - b.rank
  );
}

/** Groups by status, the worst first, then what is at work and queued. */
export function byStatus(hosts: Iterable<LiveHost>): Arranged[] {
  const members = bucketed(hosts, ({ outcome, group }) =>
    outcome === undefined ? group.id : statusOf(outcome),
  );
  const places = (status: string): number => WORST_FIRST.findIndex((each) => each === status);
  return [...members]
    .map(([id, list]) => {
      const unfinished = list[0]?.outcome === undefined ? list[0]?.group.kind : undefined;
      return arrangedOf({ id, kind: unfinished ?? 'status' }, list);
    })
    .toSorted(
      (a, b) =>
        ORDER.indexOf(b.kind) - ORDER.indexOf(a.kind) ||
        places(a.id) - places(b.id) ||
        b.count - a.count,
    );
}

/** Where hosts are on their way, in the order of the way; those that were examined come last. */
const WAY = [...CONTACT_STAGES, 'queued', EXAMINED] as const;

export function byStage(hosts: Iterable<LiveHost>): Arranged[] {
  const members = bucketed(hosts, ({ outcome, stage }) => {
    if (outcome === undefined) return stage;
    return outcome.kind === 'contact' ? outcome.contact.stage : EXAMINED;
  });
  return WAY.flatMap((stage) => {
    const list = members.get(stage);
    return list === undefined ? [] : [arrangedOf({ id: `@stage:${stage}`, kind: 'stage' }, list)];
  });
}

/** Groups by a label's value, the largest first; hosts that have none come last. */
export function byLabel(hosts: Iterable<LiveHost>, label: string): Arranged[] {
  const members = bucketed(hosts, ({ labels }) => labels[label]);
  return [...members]
    .map(([value, list]) =>
      value === undefined
        ? arrangedOf({ id: '@unlabelled', kind: 'unlabelled' }, list)
        : { ...arrangedOf({ id: `@${label}:${value}`, kind: 'label' }, list), title: value },
    )
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
        b.count - a.count ||
        (a.id < b.id ? -1 : 1),
    );
}

function bucketed<K>(hosts: Iterable<LiveHost>, keyOf: (host: LiveHost) => K): Map<K, LiveHost[]> {
  const buckets = new Map<K, LiveHost[]>();
  for (const host of hosts) {
    const key = keyOf(host);
    const list = buckets.get(key);
    if (list === undefined) buckets.set(key, [host]);
    else list.push(host);
  }
  return buckets;
}

function arrangedOf(place: Place, members: LiveHost[]): Arranged {
  const count = members.length;
  return {
    ...place,
    title: undefined,
    next: undefined,
    isRecurring: false,
    common: {},
    pattern: undefined,
    count,
    members,
  };
}
