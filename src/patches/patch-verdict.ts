/**
 * Whether a patch itself is to be trusted, from the fleet's own outcomes, by the build of Windows that it was installed on.
 * A patch is not blamed where something on the host explains its failure: a full disk says nothing of the patch.
 */
import type { HostPatch } from '../core/host-patch.ts';
import type { CauseId } from '../core/verdict.ts';
import { wilson } from '../fleet/chance.ts';
import type { HostPatches } from './patch-summary.ts';

/** `known-issue`: hosts show one that Microsoft has published. `too-few`: chance alone could explain what is seen. */
export type PatchVerdict = 'known-issue' | 'caution' | 'stable' | 'too-few';

export interface JudgedPatch {
  readonly key: string;
  readonly kb: string;
  readonly title: string;
  /** `19045`; empty where nobody says. */
  readonly build: string;
  /** Hosts on which it was tried, but for those `excused`. */
  readonly tried: number;
  readonly failed: number;
  /** Hosts on which it failed for a reason of theirs. */
  readonly excused: number;
  /** 95 % Wilson interval of `failed / tried`, which holds for few hosts and shares near none as well. */
  readonly interval: { readonly low: number; readonly high: number };
  readonly verdict: PatchVerdict;
}

/** Above this share of failures of its own a patch deserves a pilot group first. */
const TOLERATED = 0.1;

/** Failures that may be the patch's own: nothing on the host was found to explain them. */
const OF_THE_PATCH: ReadonlySet<CauseId> = new Set([
  'update-known-issue',
  'patch-definition-faulty',
  'update-rolled-back',
  'unexplained-failure',
]);
const KNOWN_ISSUE: CauseId = 'update-known-issue';

const TRIED = new Set(['installed', 'reboot-required', 'verify-pending']);

type VerdictPatch = Pick<HostPatch, 'key' | 'kb' | 'title' | 'status' | 'family'>;

interface Tally {
  readonly key: string;
  readonly kb: string;
  readonly build: string;
  title: string;
  tried: number;
  failed: number;
  excused: number;
  known: number;
}

export class VerdictBook {
  readonly #tallies = new Map<string, Tally>();

  note({ patches, build, cause }: HostPatches): void {
    for (const patch of patches ?? []) this.notePatch(patch, { build, cause }, 1);
  }

  /** A patch that stands alike on so many hosts of one build, held back by one cause. */
  notePatch(
    { key, kb, title, status, family }: VerdictPatch,
    { build, cause }: Pick<HostPatches, 'build' | 'cause'>,
    hosts: number,
  ): void {
    if (family === 'definition' || (status !== 'failed' && !TRIED.has(status))) return;
    const [major = ''] = build.split('.');
    const at = `${key}\n${major}`;
    const tally = this.#tallies.get(at) ?? {
      key,
      kb,
      build: major,
      title,
      tried: 0,
      failed: 0,
      excused: 0,
      known: 0,
    };
    this.#tallies.set(at, tally);
    if (title < tally.title) tally.title = title;
    if (status === 'failed' && !OF_THE_PATCH.has(cause)) {
      tally.excused += hosts;
      return;
    }
    tally.tried += hosts;
    if (status === 'failed') tally.failed += hosts;
    if (status === 'failed' && cause === KNOWN_ISSUE) tally.known += hosts;
  }

  /** The doubtful first. */
  judged(): readonly JudgedPatch[] {
    return [...this.#tallies.values()]
      .map(({ known, ...tally }): JudgedPatch => {
        const interval = wilson(tally.failed, tally.tried);
        return { ...tally, interval, verdict: verdictOf(tally, known, interval) };
      })
      .toSorted(
        (a, b) =>
          ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
          b.failed - a.failed ||
          b.tried - a.tried ||
          compare(a.key, b.key) ||
          compare(a.build, b.build),
      );
  }
}

const ORDER: readonly PatchVerdict[] = ['known-issue', 'caution', 'too-few', 'stable'];

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function verdictOf(
  { tried }: Pick<Tally, 'tried'>,
  known: number,
  { low, high }: JudgedPatch['interval'],
): PatchVerdict {
  if (known > 0) return 'known-issue';
  if (tried === 0) return 'too-few';
  if (low > TOLERATED) return 'caution';
  return high <= TOLERATED ? 'stable' : 'too-few';
}
