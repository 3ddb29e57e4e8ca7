/** One patch over a fleet: on how many hosts it stands how. Every host is counted once, whatever it says. */
import {
  type HostPatch,
  type KeptPatch,
  PATCH_STATUSES,
  type Offer,
  type PatchStatus,
} from '../core/host-patch.ts';
import type { CauseId } from '../core/verdict.ts';
import { rankOfSeverity } from './severity.ts';

/** A host of a run: its patches, or `undefined` where nobody could look. */
export interface HostPatches {
  readonly host: string;
  readonly patches: readonly KeptPatch[] | undefined;
  /** `19045.4046`; empty where nobody could look. */
  readonly build: string;
  /** What comes first among what holds the host back; empty where it was not judged. */
  readonly cause: CauseId;
  /** `it-IT`: the language in which it titles its patches; empty where nobody says. */
  readonly locale: string;
}

/** What a summary needs to know of a patch on a host. */
export type SummedPatch = Pick<
  HostPatch,
  'key' | 'kb' | 'title' | 'family' | 'status' | 'offer'
> & { readonly deployment: Pick<HostPatch['deployment'], 'state'> };

export type StatusCounts = Readonly<Record<PatchStatus, number>>;

export interface PatchSummary {
  readonly key: string;
  readonly kb: string;
  readonly title: string;
  readonly family: string;
  /** Hosts by status; together all hosts of the run. */
  readonly counts: StatusCounts;
  /** Hosts that the patch is meant for: it is or was wanted there, or is there. */
  readonly targeted: number;
  /** Of these, hosts on which an installation was attempted, or is seen to have been. */
  readonly tried: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly offer: Offer;
}

/** Where the patch is, or was found to have gone well as far as a restart. */
const SUCCEEDED: ReadonlySet<PatchStatus> = new Set(['installed', 'reboot-required']);
const NOT_TARGETED: ReadonlySet<PatchStatus> = new Set(['not-applicable', 'no-record', 'no-data']);

/** Counts hosts as they come; the order never matters. */
export class PatchBook {
  readonly #language: string;
  readonly #entries = new Map<string, Entry>();
  #seen = 0;
  #unseen = 0;

  /** @param language of the reader: of the titles that hosts give a patch, one in it is shown, else an English one. */
  constructor(language: string) {
    this.#language = language;
  }

  note({ patches, locale }: HostPatches): void {
    this.noteHosts(patches === undefined ? { seen: 0, unseen: 1 } : { seen: 1, unseen: 0 });
    for (const patch of patches ?? []) this.notePatch(patch, locale, 1);
  }

  /** Hosts whose patches are told one by one, and hosts that nobody could look at. */
  noteHosts({ seen, unseen }: { readonly seen: number; readonly unseen: number }): void {
    this.#seen += seen;
    this.#unseen += unseen;
  }

  /** A patch that stands alike on so many hosts of one language. */
  notePatch(patch: SummedPatch, locale: string, hosts: number): void {
    const entry = this.#entries.get(patch.key) ?? newEntry(patch);
    this.#entries.set(patch.key, entry);
    count(entry, patch, this.#rankOf(locale), hosts);
  }

  #rankOf(locale: string): number {
    const language = locale.slice(0, 2).toLowerCase();
    return language === this.#language ? 0 : language === 'en' ? 1 : 2;
  }

  /** In no particular order. */
  *summaries(): Generator<PatchSummary> {
    for (const { counts, hosts, titleRank: _, ...entry } of this.#entries.values())
      yield {
        ...entry,
        counts: {
          ...counts,
          'no-record': counts['no-record'] + this.#seen - hosts,
          'no-data': this.#unseen,
        },
      };
  }
}

interface Entry extends Omit<
  PatchSummary,
  'counts' | 'targeted' | 'tried' | 'succeeded' | 'failed' | 'offer' | 'title'
> {
  title: string;
  /** How little its language is the reader's. */
  titleRank: number;
  offer: Offer;
  /** Hosts that say something of it. */
  hosts: number;
  readonly counts: Record<PatchStatus, number>;
  targeted: number;
  tried: number;
  succeeded: number;
  failed: number;
}

function newEntry({ key, kb, title, family }: SummedPatch): Entry {
  const counts = Object.fromEntries(PATCH_STATUSES.map((status) => [status, 0]));
  return {
    key,
    kb,
    title,
    titleRank: Number.POSITIVE_INFINITY,
    family,
    offer: {},
    hosts: 0,
    counts: counts as Record<PatchStatus, number>,
    targeted: 0,
    tried: 0,
    succeeded: 0,
    failed: 0,
  };
}

function count(entry: Entry, patch: SummedPatch, titleRank: number, hosts: number): void {
  const { status, deployment, offer, title, kb } = patch;
  entry.hosts += hosts;
  entry.counts[status] += hosts;
  // Where only its number is known, that is no title.
  const isBetter =
    titleRank < entry.titleRank || (titleRank === entry.titleRank && title < entry.title);
  if (title !== kb && isBetter) Object.assign(entry, { title, titleRank });
  entry.offer = mergedOffer(entry.offer, offer);
  if (NOT_TARGETED.has(status)) return;
  entry.targeted += hosts;
  if (deployment.state !== 'never' || SUCCEEDED.has(status)) entry.tried += hosts;
  if (SUCCEEDED.has(status)) entry.succeeded += hosts;
  if (status === 'failed') entry.failed += hosts;
}

/**
 * What is said of a patch should be the same on every host; where it is not (sizes differ by what is there already), the
 * larger or graver counts, so that the order in which hosts come in never does.
 */
export function mergedOffer(one: Offer, other: Offer): Offer {
  const sizeBytes = most(one.sizeBytes, other.sizeBytes);
  const released = most(one.released, other.released);
  const severity = [one.severity, other.severity]
    .filter((each) => each !== undefined)
    .toSorted((a, b) => rankOfSeverity(a) - rankOfSeverity(b) || (a < b ? -1 : 1))[0];
  const cves = [...new Set([...(one.cves ?? []), ...(other.cves ?? [])])].toSorted();
  const needsRestart = either(one.needsRestart, other.needsRestart);
  const needsInput = either(one.needsInput, other.needsInput);
  const [classification] = [one.classification, other.classification]
    .filter((each) => each !== undefined)
    .toSorted();
  return {
    ...(classification !== undefined && { classification }),
    ...(severity !== undefined && { severity }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(released !== undefined && { released }),
    ...(needsRestart !== undefined && { needsRestart }),
    ...(needsInput !== undefined && { needsInput }),
    ...(cves.length > 0 && { cves }),
  };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

function either(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  return a === undefined ? b : a || b === true;
}
