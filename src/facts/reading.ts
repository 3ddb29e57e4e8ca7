/** One evidence document opened for reading: what was asked, what was refused, events by provider and id, times. */
import type { Evidence } from '../core/look.ts';
import type { Pointer, Unread } from '../core/verdict.ts';

type Section = Exclude<keyof Evidence, 'schema' | 'host' | 'labels' | 'collectedAt' | 'errors'>;

export type WindowsEvent = NonNullable<Evidence['events']>[number];

/** An event with its place in the document and its time in milliseconds. */
export interface ReadEvent {
  readonly event: WindowsEvent;
  readonly at: number;
  readonly from: Pointer;
}

/** Logs by the names under which a refusal of them is noted. */
export const LOGS = {
  system: 'System',
  setup: 'Setup',
  application: 'Application',
  updates: 'Microsoft-Windows-WindowsUpdateClient/Operational',
  appLocker: [
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/EXE and DLL',
  ],
  codeIntegrity: 'Microsoft-Windows-CodeIntegrity/Operational',
  defender: 'Microsoft-Windows-Windows Defender/Operational',
} as const;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Reading {
  readonly evidence: Evidence;
  /** `collectedAt` in milliseconds: "now" for every age. */
  readonly now: number;
  readonly unread: readonly Unread[];
  /** The time, or 0 when it lies after the look: a clock that was wrong may not settle anything. */
  readonly past: (at: number) => number;
  /** The last full start, from whatever tells it; 0 when nothing does. */
  readonly lastBoot: number;
  /** Looked, and got an answer. `part` is what stands behind the dot of a refusal: `windowsUpdate.history`. */
  readonly has: (section: Section, part?: string) => boolean;
  /** Asked for, and refused as a whole. */
  readonly isRefused: (section: Section) => boolean;
  /** Events were asked for, and these logs could be read: only then is their silence an answer. */
  readonly hears: (...logs: readonly string[]) => boolean;
  /** Events of a provider (without `Microsoft-Windows-`, lower case), oldest first. */
  readonly events: (provider: string, ...ids: readonly number[]) => readonly ReadEvent[];
}

export function openEvidence(evidence: Evidence): Reading {
  const refused = new Set(evidence.errors?.map(({ section }) => section));
  const index = indexEvents(evidence.events ?? []);
  const now = Date.parse(evidence.collectedAt);
  // A day of grace, for dates that carry no zone.
  const past: Reading['past'] = (at) => (at > now + DAY ? 0 : at);
  const has: Reading['has'] = (section, part) => {
    const value: unknown = evidence[section];
    // A section may arrive half: some logs read, others refused. What is there counts as read.
    if (value === undefined || value === null) return false;
    if (refused.has(section) && isEmpty(value)) return false;
    return part === undefined || !refused.has(`${section}.${part}`);
  };
  return {
    evidence,
    now,
    past,
    unread: (evidence.errors ?? []).map(({ section, hresult, message }) => ({
      section,
      ...(hresult !== undefined && { hresult }),
      ...(message !== undefined && { message: message.slice(0, 200) }),
    })),
    has,
    lastBoot: past(timeOf(evidence.os?.lastBoot)) || past(newestStart(index)),
    isRefused: (section) => refused.has(section),
    hears: (...logs) => has('events') && logs.every((log) => !refused.has(`events.${log}`)),
    events: (provider, ...ids) => {
      const [only, ...others] = ids;
      if (only !== undefined && others.length === 0) return index.get(`${provider}/${only}`) ?? [];
      return ids
        .flatMap((id) => index.get(`${provider}/${id}`) ?? [])
        .toSorted((a, b) => a.at - b.at);
    },
  };
}

/** The event log's own start and the kernel's; a start out of Fast Startup (boot type 1) is none. */
function newestStart(index: ReadonlyMap<string, readonly ReadEvent[]>): number {
  const full = index.get('kernel-boot/27')?.filter(({ event }) => field(event, 'BootType') === '0');
  const starts = [index.get('eventlog/6005'), index.get('kernel-general/12'), full];
  return Math.max(0, ...starts.map((list) => list?.at(-1)?.at ?? 0));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function indexEvents(events: readonly WindowsEvent[]): ReadonlyMap<string, readonly ReadEvent[]> {
  const index = new Map<string, ReadEvent[]>();
  for (const [position, event] of events.entries()) {
    const key = `${event.provider.toLowerCase().replace(/^microsoft-windows-/, '')}/${event.id}`;
    const read = { event, at: timeOf(event.time), from: `/events/${position}` };
    const same = index.get(key);
    if (same === undefined) index.set(key, [read]);
    else same.push(read);
  }
  for (const list of index.values()) list.sort((a, b) => a.at - b.at);
  return index;
}

/** A time of the document in milliseconds; 0 when it is missing, null or no time. */
export function timeOf(text: string | null | undefined): number {
  if (text === null || text === undefined) return 0;
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

/** `2024-02-20 03:57 UTC`, as sentences for the reader say it. */
export function inMinutes(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A field of an event as text, whatever type it came in. */
export function field(event: WindowsEvent, ...names: readonly string[]): string {
  for (const name of names) {
    const value = event.data?.[name];
    if (value !== undefined && value !== null && value !== '') return String(value);
  }
  return '';
}

/** Where a field of an event stands; the event itself where it lacks the field. */
export function placeIn({ event, from }: ReadEvent, name: string): Pointer {
  return event.data?.[name] === undefined ? from : `${from}/data/${name}`;
}

export function countOf(events: readonly ReadEvent[]): number {
  return events.reduce((sum, { event }) => sum + (event.count ?? 1), 0);
}
