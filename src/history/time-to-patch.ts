/** How long until 75, 90 and 100 % of the hosts concerned had a patch, or all patches of a cycle; and who holds it back. */
import { type CauseId, type Status, UNSUPPORTED_OS } from '../core/verdict.ts';
import { severityOf, type Severity } from '../patches/severity.ts';
import {
  type Cycle,
  endOfCycle,
  isWatched,
  placeOfPatch,
  type Placed,
  startOfCycle,
} from './cycle.ts';
import type { Memory, Progress, RememberedPatch } from './memory.ts';

export const SHARES = [75, 90, 100] as const;
export type Share = (typeof SHARES)[number];

/** Days until a share of the hosts had it; undefined: not reached. */
export type Days = Readonly<Record<Share, number | undefined>>;

export interface HeldBack {
  readonly host: string;
  readonly site: string;
  /** How it stood when it was last in a run, and why. */
  readonly status: Status;
  readonly cause: CauseId | undefined;
  /** Patches that it lacks: KB, else key; none where it lists none of that month at all. */
  readonly patches: readonly string[];
}

export interface Reach {
  /** Hosts that it is meant for. */
  readonly concerned: number;
  readonly patched: number;
  readonly days: Days;
  /** Hosts that lack it, by name. */
  readonly heldBack: readonly HeldBack[];
}

export interface PatchReach extends Reach, Placed {
  readonly key: string;
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  readonly severity: Severity;
}

export interface CycleReach extends Reach {
  readonly cycle: Cycle;
  readonly startsAt: number;
  readonly endsAt: number;
  /** No later run has begun after its end: its figures may still change. */
  readonly isOpen: boolean;
  /** Days from its start to the newest run: so long it could be watched. */
  readonly followedDays: number;
  readonly patches: number;
  /** Patches that were published on another day. */
  readonly outOfBand: number;
}

/** What comes daily, by itself, or at the user's wish does not belong to a month's work. */
const APART: ReadonlySet<string> = new Set(['definition', 'feature', 'driver', 'vendor']);
/** Each holds all before it, so that a later one closes an earlier one's hole. */
const CUMULATIVE: ReadonlySet<string> = new Set(['cumulative', 'dotnet']);
const NOT_CONCERNED: ReadonlySet<string> = new Set(['not-applicable', 'no-record', 'no-data']);
const DAY_MS = 86_400_000;

export interface Wanted {
  /** Only hosts for which this holds, by their place in the memory. */
  readonly host?: (host: number) => boolean;
  readonly severity?: Severity;
}

/** Every patch that belongs to a month's work, newest cycle first. */
export function patchReaches(memory: Memory, wanted: Wanted = {}): readonly PatchReach[] {
  const book = bookOf(memory, wanted);
  return [...book.patches]
    .map(([patch, { about, placed, rows }]) => ({
      key: about.key,
      kb: about.kb,
      title: about.title,
      family: about.family,
      severity: severityOf(about.offer.severity),
      ...placed,
      ...reachOf(
        memory,
        rows.map((row) => ({
          host: row.host,
          at: book.patchedAt(row),
          lacks: [patch],
        })),
        placed.since,
      ),
    }))
    .toSorted(
      (a, b) => compare(b.cycle, a.cycle) || b.concerned - a.concerned || compare(a.key, b.key),
    );
}

/**
 * Every cycle of which anything is known, oldest first. It concerns every host that was managed then: one that could not
 * be looked at, or lists nothing of that month, is not done. Those are left out where a severity is asked for.
 */
export function cycleReaches(memory: Memory, wanted: Wanted = {}): readonly CycleReach[] {
  const book = bookOf(memory, wanted);
  const cycles = Map.groupBy(book.patches.entries(), ([, { placed }]) => placed.cycle);
  const newest = memory.runs.at(-1)?.startedAt ?? 0;
  return [...cycles]
    .map(([cycle, patches]) => {
      const [startsAt, endsAt] = [startOfCycle(cycle), endOfCycle(cycle)];
      const rows = patches.flatMap(([, each]) => each.rows);
      const listed = standingsOf(rows, book);
      const silent =
        wanted.severity === undefined ? silentHosts(memory, wanted, { startsAt, endsAt }) : [];
      const standings = [
        ...listed.values(),
        ...silent
          .filter((host) => !listed.has(host))
          .map((host) => ({ host, at: book.laterAt('cumulative', host, cycle), lacks: [] })),
      ];
      return {
        cycle,
        startsAt,
        endsAt,
        isOpen: newest < endsAt,
        followedDays: Math.max(0, (newest - startsAt) / DAY_MS),
        patches: patches.length,
        outOfBand: patches.filter(([, { placed }]) => placed.isOutOfBand === true).length,
        ...reachOf(memory, standings, startsAt),
      };
    })
    .toSorted((a, b) => compare(a.cycle, b.cycle));
}

/** A host has a month's updates when it has the last of them. */
function standingsOf(rows: readonly Progress[], book: Book): ReadonlyMap<number, Standing> {
  const hosts = new Map<number, { host: number; at: number | undefined; lacks: number[] }>();
  for (const row of rows) {
    const at = book.patchedAt(row);
    const lacks = at === undefined ? [row.patch] : [];
    const standing = hosts.get(row.host);
    if (standing === undefined) {
      hosts.set(row.host, { host: row.host, at, lacks });
      continue;
    }
    const isDone = standing.at !== undefined && at !== undefined;
    standing.at = isDone ? Math.max(standing.at ?? at, at) : undefined;
    standing.lacks.push(...lacks);
  }
  return hosts;
}

/** Hosts that runs of that time had, whatever they said. */
function silentHosts(
  memory: Memory,
  { host: wants }: Wanted,
  { startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number },
): readonly number[] {
  return [...memory.hosts.entries()]
    .filter(([, { firstAt, lastAt, cause }]) => {
      return firstAt < endsAt && lastAt >= startsAt && cause !== UNSUPPORTED_OS;
    })
    .map(([host]) => host)
    .filter((host) => wants === undefined || wants(host));
}

/** When a row was settled: the patch is there, or a later one that holds it. Undefined while neither is. */
export function settlementsIn(memory: Memory): (row: Progress) => number | undefined {
  return bookOf(memory, {}).patchedAt;
}

interface PatchRows {
  readonly about: RememberedPatch;
  readonly placed: Placed;
  readonly rows: readonly Progress[];
}

interface Book {
  readonly patches: ReadonlyMap<number, PatchRows>;
  /** When the host had it, or a later one that holds it; undefined while it has neither. */
  readonly patchedAt: (row: Progress) => number | undefined;
  /** When the host had an update of that family of a later cycle. */
  readonly laterAt: (family: string, host: number, cycle: Cycle) => number | undefined;
}

function bookOf(memory: Memory, { host: wants, severity }: Wanted): Book {
  const first = memory.runs[0]?.startedAt ?? 0;
  const isOurs = memory.patches.map((about) => !APART.has(about.family) && isWatched(about, first));
  const all = new Map<number, Progress[]>();
  for (const row of memory.progress) {
    const about = memory.patches[row.patch];
    if (about === undefined || !isOurs[row.patch] || NOT_CONCERNED.has(row.lastStatus)) continue;
    if (wants !== undefined && !wants(row.host)) continue;
    const rows = all.get(row.patch);
    if (rows === undefined) all.set(row.patch, [row]);
    else rows.push(row);
  }
  const patches = new Map<number, PatchRows>();
  for (const [patch, rows] of all) {
    const about = memory.patches[patch];
    if (about === undefined) continue;
    patches.set(patch, { about, rows, placed: placeOfPatch(about) });
  }
  const later = laterOnes(patches);
  const isWanted = ({ about }: PatchRows): boolean =>
    severity === undefined || severityOf(about.offer.severity) === severity;
  const laterAt: Book['laterAt'] = (family, host, than) =>
    later
      .get(family)
      ?.get(host)
      ?.find(({ cycle }) => cycle > than)?.at;
  return {
    patches: new Map([...patches].filter(([, each]) => isWanted(each))),
    laterAt,
    patchedAt(row) {
      if (row.thereAt !== undefined) return row.thereAt;
      const each = patches.get(row.patch);
      return each && laterAt(each.about.family, row.host, each.placed.cycle);
    },
  };
}

interface Held {
  readonly cycle: Cycle;
  /** The earliest time at which the host had that cycle's or any later one. */
  readonly at: number;
}

/** By family and host: which cycles' cumulative updates it had, oldest first. */
function laterOnes(
  patches: ReadonlyMap<number, PatchRows>,
): ReadonlyMap<string, ReadonlyMap<number, readonly Held[]>> {
  const families = new Map<string, Map<number, Held[]>>();
  for (const { about, placed, rows } of patches.values()) {
    if (!CUMULATIVE.has(about.family)) continue;
    const hosts = families.get(about.family) ?? new Map<number, Held[]>();
    families.set(about.family, hosts);
    for (const row of rows) {
      if (row.thereAt === undefined) continue;
      const held = hosts.get(row.host) ?? [];
      hosts.set(row.host, held);
      held.push({ cycle: placed.cycle, at: row.thereAt });
    }
  }
  for (const hosts of families.values()) {
    for (const [host, held] of hosts) {
      let least = Number.MAX_VALUE;
      const ordered = held
        .toSorted((a, b) => compare(b.cycle, a.cycle))
        .map(({ cycle, at }) => ({ cycle, at: (least = Math.min(least, at)) }));
      hosts.set(host, ordered.toReversed());
    }
  }
  return families;
}

interface Standing {
  readonly host: number;
  readonly at: number | undefined;
  /** Places of patches that it lacks, where `at` is undefined. */
  readonly lacks: readonly number[];
}

function reachOf(memory: Memory, standings: readonly Standing[], since: number): Reach {
  const times = standings
    .flatMap(({ at }) => (at === undefined ? [] : [at]))
    .toSorted((a, b) => a - b);
  const concerned = standings.length;
  const daysTo = (share: Share): number | undefined => {
    if (concerned === 0) return undefined;
    const at = times[Math.ceil((concerned * share) / 100) - 1];
    // Pilots may have had it before the day it was published for all.
    return at === undefined ? undefined : Math.max(0, (at - since) / DAY_MS);
  };
  return {
    concerned,
    patched: times.length,
    days: { 75: daysTo(75), 90: daysTo(90), 100: daysTo(100) },
    heldBack: standings
      .filter(({ at }) => at === undefined)
      .flatMap(({ host, lacks }): HeldBack[] => {
        const about = memory.hosts[host];
        if (about === undefined) return [];
        return [
          {
            host: about.name,
            site: about.labels['site'] ?? '',
            status: about.status,
            cause: about.cause,
            patches: lacks
              .map((patch) => memory.patches[patch]?.kb || memory.patches[patch]?.key || '')
              .toSorted(compare),
          },
        ];
      })
      .toSorted((a, b) => compare(a.host, b.host)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
