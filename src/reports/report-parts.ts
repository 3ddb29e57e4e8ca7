/** What every report is made from, and what all of them say in the same way. Pure. */
import type { Entry } from '../core/entry.ts';
import { canRecur, type CauseId } from '../core/verdict.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import type { PatchSummary } from '../patches/patch-summary.ts';

/** What a figure rests on, so that anybody can go back to it. */
export interface Provenance {
  readonly run: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly source: string;
  /** Whether every host of the run has its result. */
  readonly complete: boolean;
  readonly version: string;
  readonly catalogue: string;
  /** SHA-256 of the run's evidence; undefined where none is kept. */
  readonly evidence: string | undefined;
}

export interface ReportParts {
  readonly scan: ScanDocument;
  readonly patches: readonly PatchSummary[];
  readonly entryOf: (cause: CauseId) => Entry | undefined;
  readonly evidence: string | undefined;
}

export function provenanceOf(scan: ScanDocument, evidence: string | undefined): Provenance {
  return {
    run: scan.run.id,
    startedAt: scan.run.startedAt,
    finishedAt: scan.run.finishedAt,
    source: scan.run.inventory ?? scan.run.source,
    complete: scan.complete,
    version: scan.tool.version,
    catalogue: scan.tool.catalogue,
    evidence,
  };
}

export interface Totals {
  readonly hosts: number;
  readonly ok: number;
  /** Looked at, and something is in the way. */
  readonly hindered: number;
  /** Not reached, skipped, or without enough evidence: nothing is known of them. */
  readonly unseen: number;
}

/** Every host counts once: the three kinds add up to all. */
export function totalsOf(standings: readonly Standing[]): Totals {
  const count = (kind: Standing['kind']): number =>
    standings.filter((standing) => standing.kind === kind).length;
  return {
    hosts: standings.length,
    ok: count('ok'),
    hindered: count('hindered'),
    unseen: count('unseen'),
  };
}

export interface Standing {
  readonly site: string;
  readonly kind: 'ok' | 'hindered' | 'unseen';
}

/** A host that could not be looked at is neither in order nor held back. */
export function standingOf(host: ScanDocument['hosts'][number]): Standing {
  const { labels, cause, outcome } = host;
  const named = (labels as Readonly<Record<string, string | undefined>> | undefined)?.['site'];
  const site = named ?? '';
  if (outcome !== 'judged' || cause === 'not-enough-evidence') return { site, kind: 'unseen' };
  return { site, kind: typeof cause === 'string' && canRecur(cause) ? 'hindered' : 'ok' };
}
