/**
 * The run store: folds run events into what a front end shows. Every host stands in exactly one group, and the
 * totals always add up. It must never know who draws it; a slow terminal cannot slow a run, because listeners
 * are told that something changed, at most every 100 ms, and ask for what they need.
 */
import type { Stage } from '../core/contact.ts';
import { unreachable } from '../core/error.ts';
import type { HostInfo, RunEvent, RunInfo } from '../core/event.ts';
import type { Fix, Spread } from '../core/fleet.ts';
import type { HostId, Labels } from '../core/host.ts';
import type { CauseId } from '../core/verdict.ts';
import { commonLabels } from '../core/common-labels.ts';
import { type Group, type LiveGroup, type LiveHost, newGroup } from './groups.ts';
import { type GroupId, type HostState, firstFinding, type Place, placeOf } from './host-state.ts';
import { createNotifier, type Schedule, timerSchedule, type Unsubscribe } from './notifier.ts';
import { type Patch, patchesOf } from './patches.ts';
import { count, newTally, type Totals } from './totals.ts';
import { type Lens, type Table, tableOf, WHOLE } from './table.ts';

export type Notice = Extract<RunEvent, { type: 'notice' }>;
/** What is told of a run as it goes: all but the steps of single hosts. */
export type Told = Exclude<RunEvent, { type: 'host.stage' | 'host.command' | 'fleet.judged' }>;
export type Finish = Extract<RunEvent, { type: 'run.finished' }>;

/** A run as it stood at some moment: what comes later does not change it. */
export interface Still {
  /** Of the store at that moment. */
  readonly version: number;
  table(lens: Lens, now: number): Table;
}

export interface RunStore {
  /** Takes an event in, O(1). Unknown hosts are added: no outcome is ever lost. */
  apply(event: RunEvent): void;
  /** Called at once after a quiet time, then at most every 100 ms. */
  readonly subscribe: (listener: () => void) => Unsubscribe;
  /** Grows with every event: the snapshot for `useSyncExternalStore`. */
  readonly version: () => number;
  /** Undefined until the run has started. */
  run(): RunInfo | undefined;
  /** Undefined until the run has ended. */
  finish(): Finish | undefined;
  notices(): readonly Notice[];
  /** What happened, in order; what is oldest goes when there is too much. */
  log(): readonly Told[];
  /** Updates that verdicts speak of. */
  patches(): readonly Patch[];
  totals(): Totals;
  /** In the order to fix them, as things stand. */
  fixes(): readonly Fix[];
  /** How far a cause reaches, as of the last time the fleet was judged. */
  spread(cause: CauseId): Spread | undefined;
  /** Every label key that any host of the run has, with how many different values. */
  labels(): ReadonlyMap<string, ReadonlySet<string>>;
  host(id: HostId): HostState | undefined;
  hosts(): Iterable<HostState>;
  /** What a lens shows of the run. @param now milliseconds since 1970 */
  table(lens: Lens, now: number): Table;
  /** O(hosts): for when the user wants the table to stand still. */
  still(): Still;
  /** All groups by cause that have hosts, in table order. */
  groups(): readonly Group[];
}

const NOTIFY_MS = 100;
const DEFAULT_THRESHOLD = 3;
/** A host that is tried again and again tells nothing new. */
const LONGEST_TRAIL = 32;
/** More than anybody reads; a run of 50,000 hosts tells of each. */
const LONGEST_LOG = 2000;

export function createRunStore(schedule: Schedule = timerSchedule): RunStore {
  const notifier = createNotifier(NOTIFY_MS, schedule);
  const hosts = new Map<HostId, LiveHost>();
  const groups = new Map<GroupId, LiveGroup>();
  const tally = newTally();
  const notices: Notice[] = [];
  const log: Told[] = [];
  let patches: { readonly version: number; readonly list: readonly Patch[] } | undefined;
  let fixes: readonly Fix[] = [];
  let spreads = new Map<CauseId, Spread>();
  const labels = new Map<string, Set<string>>();
  let everybody: Labels = {};
  let version = 0;
  let starts = 0;
  let run: RunInfo | undefined;
  let finish: Finish | undefined;
  let whole: { readonly version: number; readonly table: Table } | undefined;
  let seen: { readonly version: number; readonly lens: Lens; readonly table: Table } | undefined;

  function groupAt(place: Place): LiveGroup {
    const known = groups.get(place.id);
    if (known !== undefined) return known;
    const group = newGroup(place, groups.size);
    groups.set(place.id, group);
    return group;
  }

  function resize(group: LiveGroup, by: 1 | -1): void {
    group.count += by;
    flag(group);
  }

  function flag(group: LiveGroup): void {
    const threshold = run?.threshold ?? DEFAULT_THRESHOLD;
    group.isRecurring =
      (group.kind === 'cause' || group.kind === 'contact') && group.count >= threshold;
  }

  function add(info: HostInfo): LiveHost {
    const group = groupAt(placeOf({ stage: 'queued', outcome: undefined }));
    const host: LiveHost = {
      ...info,
      stage: 'queued',
      begun: undefined,
      trail: { stages: [], begun: [] },
      outcome: undefined,
      evidence: undefined,
      group,
      startedAs: 0,
    };
    hosts.set(info.id, host);
    tally.hosts += 1;
    count(tally, host, 1);
    resize(group, 1);
    return host;
  }

  const known = (id: HostId): LiveHost => hosts.get(id) ?? add({ id, labels: {} });

  function change(host: LiveHost, to: Partial<HostState>): void {
    count(tally, host, -1);
    resize(host.group, -1);
    Object.assign(host, to);
    host.group = groupAt(placeOf(host));
    count(tally, host, 1);
    resize(host.group, 1);
  }

  function collectLabels({ labels: own }: HostInfo): void {
    for (const [key, value] of Object.entries(own)) {
      const values = labels.get(key);
      if (values === undefined) labels.set(key, new Set([value]));
      else values.add(value);
    }
  }

  function start(info: RunInfo, infos: readonly HostInfo[]): void {
    run = info;
    for (const host of infos) {
      collectLabels(host);
      const early = hosts.get(host.id);
      if (early === undefined) add(host);
      else early.labels = host.labels;
    }
    everybody = commonLabels(hosts.values());
    for (const group of groups.values()) flag(group);
  }

  function step({ trail }: LiveHost, stage: Stage, at: string): void {
    if (trail.stages.length === LONGEST_TRAIL) return;
    trail.stages.push(stage);
    trail.begun.push(Date.parse(at));
  }

  /** The last stage has lasted until then. */
  function end({ trail }: LiveHost, at: string): void {
    if (trail.begun.length === trail.stages.length) trail.begun.push(Date.parse(at));
  }

  function settle(host: LiveHost, to: Pick<HostState, 'outcome'> & Partial<HostState>): void {
    change(host, to);
    const finding = firstFinding(host);
    if (finding === undefined) return;
    host.group.title ??= finding.title;
    host.group.next ??= finding.next;
  }

  function fold(event: RunEvent): void {
    switch (event.type) {
      case 'run.started':
        return start(event.run, event.hosts);
      case 'host.stage': {
        const host = known(event.host);
        if (host.outcome !== undefined) return; // a stage that comes late says nothing new
        step(host, event.stage, event.at);
        if (event.stage === 'queued') return change(host, { stage: 'queued', begun: undefined });
        if (host.begun === undefined) host.startedAs = ++starts;
        return change(host, { stage: event.stage, begun: host.begun ?? event.at });
      }
      case 'host.done': {
        const host = known(event.host);
        end(host, event.at);
        return settle(host, { outcome: event.outcome, evidence: event.evidence });
      }
      case 'host.revised':
        return settle(known(event.host), { outcome: event.outcome });
      case 'fleet.judged':
        fixes = event.fleet.fixes;
        spreads = new Map(event.fleet.spreads.map((spread) => [spread.cause, spread]));
        for (const { cause, pattern } of event.fleet.spreads) {
          const group = groups.get(cause);
          if (group !== undefined) group.pattern = pattern;
        }
        return;
      case 'notice':
        notices.push(event);
        return;
      case 'run.finished':
        finish = event;
        return;
      case 'cause.recurring':
      case 'host.command':
        return; // for those who cannot count or ask; the groups here say more
      default:
        return unreachable(event);
    }
  }

  function tell(event: RunEvent): void {
    if (event.type === 'host.stage' || event.type === 'host.command') return;
    if (event.type === 'fleet.judged') return;
    log.push(event);
    if (log.length > 2 * LONGEST_LOG) log.splice(0, LONGEST_LOG);
  }

  /** First in any case: it notes what groups share and where they stand. */
  function wholeTable(): Table {
    if (whole?.version !== version) whole = { version, table: tableOf(hosts, WHOLE, everybody, 0) };
    return whole.table;
  }

  function table(lens: Lens, now: number): Table {
    const all = wholeTable();
    if (isSame(lens, WHOLE)) return all;
    if (seen?.version !== version || !isSame(seen.lens, lens))
      seen = { version, lens, table: tableOf(hosts, lens, everybody, now) };
    return seen.table;
  }

  function still(): Still {
    const copies = new Map([...groups.values()].map((group) => [group, { ...group }]));
    const then = new Map(
      Array.from(hosts, ([id, host]) => [
        id,
        { ...host, group: copies.get(host.group) ?? host.group },
      ]),
    );
    let drawn: { readonly lens: Lens; readonly table: Table } | undefined;
    return {
      version,
      table(lens, now) {
        if (drawn === undefined || !isSame(drawn.lens, lens))
          drawn = { lens, table: tableOf(then, lens, everybody, now) };
        return drawn.table;
      },
    };
  }

  return {
    apply(event) {
      fold(event);
      tell(event);
      version += 1;
      notifier.touch();
    },
    subscribe: (listener) => notifier.subscribe(listener),
    version: () => version,
    run: () => run,
    finish: () => finish,
    notices: () => notices,
    log: () => log,
    patches() {
      if (patches?.version !== version) patches = { version, list: patchesOf(hosts.values()) };
      return patches.list;
    },
    totals: () => tally,
    fixes: () => fixes,
    spread: (cause) => spreads.get(cause),
    labels: () => labels,
    host: (id) => hosts.get(id),
    hosts: () => hosts.values(),
    table,
    still,
    groups: () => wholeTable().groups,
  };
}

function isSame(a: Lens, b: Lens): boolean {
  return (
    a.filter === b.filter && a.by === b.by && a.sort === b.sort && a.isReversed === b.isReversed
  );
}
