/** The overview of a run for those who answer for the fleet: how it stands, why, and what brings most hosts back. Pure. */
import { PATCH_STATUSES } from '../core/host-patch.ts';
import type { CauseId } from '../core/verdict.ts';
import type { StatusCounts } from '../patches/patch-summary.ts';
import {
  provenanceOf,
  standingOf,
  totalsOf,
  type Provenance,
  type ReportParts,
  type Standing,
  type Totals,
} from './report-parts.ts';

export interface CauseRow {
  readonly id: CauseId;
  readonly title: string;
  /** For those who do not mend hosts. */
  readonly sentence: string | undefined;
  readonly next: string | undefined;
  readonly hosts: number;
  /** Of all hosts of the run, 0 to 1. */
  readonly share: number;
  readonly recurring: boolean;
  readonly since: string | undefined;
  readonly sites: readonly (readonly [site: string, hosts: number])[];
}

export interface FixRow {
  readonly cause: CauseId;
  readonly title: string;
  readonly hosts: number;
  readonly total: number;
}

export interface PatchRow {
  readonly kb: string;
  readonly title: string;
  readonly targeted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly counts: StatusCounts;
}

export interface SiteRow {
  readonly site: string;
  readonly hosts: number;
  readonly ok: number;
  readonly failing: number;
  readonly unseen: number;
}

export interface Overview {
  readonly schema: 'patchwhy/report/overview/1';
  readonly provenance: Provenance;
  readonly totals: Totals;
  readonly causes: readonly CauseRow[];
  readonly fixes: readonly FixRow[];
  /** Those most in need of a hand. */
  readonly patches: readonly PatchRow[];
  readonly sites: readonly SiteRow[];
}

/** A manager reads one page; the rest stands in `list patches`. */
const MOST_PATCHES = 15;

export function overviewOf({ scan, patches, entryOf, evidence }: ReportParts): Overview {
  const hosts = scan.hosts.map(standingOf);
  return {
    schema: 'patchwhy/report/overview/1',
    provenance: provenanceOf(scan, evidence),
    totals: totalsOf(hosts),
    causes: scan.causes
      .filter(({ hostCount }) => hostCount > 0)
      .map((cause): CauseRow => {
        const entry = entryOf(cause.id);
        return {
          id: cause.id,
          title: entry?.title ?? cause.title,
          sentence: entry?.manager,
          next: entry?.next,
          hosts: cause.hostCount,
          share: cause.hostCount / Math.max(1, hosts.length),
          recurring: cause.recurring,
          since: cause.spread?.since?.at,
          sites: Object.entries(cause.sites).toSorted(
            ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
          ),
        };
      }),
    fixes: scan.fixes.map(({ cause, title, hosts: freed, total }) => ({
      cause,
      title: entryOf(cause)?.title ?? title,
      hosts: freed,
      total,
    })),
    patches: patches
      .filter(({ family, counts }) => family !== 'definition' && isOpen(counts))
      .toSorted(
        (a, b) => b.failed - a.failed || b.targeted - a.targeted || (a.key < b.key ? -1 : 1),
      )
      .slice(0, MOST_PATCHES)
      .map(({ kb, key, title, targeted, succeeded, failed, counts }) => ({
        kb: kb || key,
        title,
        targeted,
        succeeded,
        failed,
        counts,
      })),
    sites: sitesOf(hosts),
  };
}

const OPEN = PATCH_STATUSES.slice(0, PATCH_STATUSES.indexOf('missing') + 1);

function isOpen(counts: StatusCounts): boolean {
  return OPEN.some((status) => counts[status] > 0);
}

function sitesOf(hosts: readonly Standing[]): readonly SiteRow[] {
  const count = (all: readonly Standing[], kind: Standing['kind']): number =>
    all.filter((host) => host.kind === kind).length;
  return [...Map.groupBy(hosts, ({ site }) => site)]
    .map(([site, all]) => ({
      site,
      hosts: all.length,
      ok: count(all, 'ok'),
      failing: count(all, 'hindered'),
      unseen: count(all, 'unseen'),
    }))
    .toSorted((a, b) => b.failing - a.failing || (a.site < b.site ? -1 : 1));
}
