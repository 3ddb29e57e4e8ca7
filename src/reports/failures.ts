/** The failures of a run, by cause: which hosts, since when, how often tried, and what mends them. Pure. */
import type { CauseId, Finding } from '../core/verdict.ts';
import {
  provenanceOf,
  standingOf,
  totalsOf,
  type Provenance,
  type ReportParts,
  type Totals,
} from './report-parts.ts';

export interface FailedHost {
  readonly host: string;
  readonly site: string;
  /** UTC, ISO 8601; undefined where the evidence does not tell. */
  readonly since: string | undefined;
  readonly tries: number | undefined;
  /** What else is in its way, by title. */
  readonly also: readonly string[];
}

export interface FailureGroup {
  readonly cause: CauseId;
  readonly title: string;
  /** For those who do not mend hosts. */
  readonly sentence: string | undefined;
  readonly fix: string | undefined;
  readonly verify: string | undefined;
  /** Those that have it first: a host stands in one group only. */
  readonly hosts: readonly FailedHost[];
}

export interface UnseenHost {
  readonly host: string;
  readonly site: string;
  readonly why: string;
}

export interface Failures {
  readonly schema: 'patchwhy/report/failures/1';
  readonly provenance: Provenance;
  readonly totals: Totals;
  /** Most hosts first. */
  readonly groups: readonly FailureGroup[];
  /** Not reached, skipped, or without enough evidence. */
  readonly unseen: readonly UnseenHost[];
}

interface Row {
  readonly name: string;
  readonly cause?: CauseId | null;
  readonly causes?: readonly Finding[];
  readonly reason?: string;
}

export function failuresOf({ scan, entryOf, evidence }: ReportParts): Failures {
  const rows = scan.hosts.map((host) => ({
    row: host as unknown as Row,
    ...standingOf(host),
  }));
  const titleOf = ({ id, title }: Pick<Finding, 'id' | 'title'>): string =>
    entryOf(id)?.title ?? title;
  const hindered = rows.filter(({ kind }) => kind === 'hindered');
  const unseen = rows.filter(({ kind }) => kind === 'unseen');
  const groups = [...Map.groupBy(hindered, ({ row }) => row.cause ?? '')].map(
    ([cause, all]): FailureGroup => {
      const entry = entryOf(cause);
      const named = all[0]?.row.causes?.find(({ id }) => id === cause)?.title;
      return {
        cause,
        title: entry?.title ?? named ?? cause,
        sentence: entry?.manager,
        fix: entry?.fix ?? entry?.next,
        verify: entry?.verify,
        hosts: all
          .map(({ row, site }): FailedHost => {
            const first = row.causes?.find(({ id }) => id === cause);
            const others = row.causes?.filter(({ id }) => id !== cause) ?? [];
            return {
              host: row.name,
              site,
              since: first?.firstSeen,
              tries: first?.tries,
              also: others.map(titleOf),
            };
          })
          .toSorted((a, b) => compare(a.site, b.site) || compare(a.host, b.host)),
      };
    },
  );
  return {
    schema: 'patchwhy/report/failures/1',
    provenance: provenanceOf(scan, evidence),
    totals: totalsOf(rows),
    groups: groups.toSorted((a, b) => b.hosts.length - a.hosts.length || compare(a.cause, b.cause)),
    unseen: unseen
      .map(({ row, site }): UnseenHost => {
        const first = row.causes?.find(({ id }) => id === row.cause);
        const why = first === undefined ? (row.reason ?? row.cause ?? '') : titleOf(first);
        return { host: row.name, site, why };
      })
      .toSorted((a, b) => compare(a.why, b.why) || compare(a.host, b.host)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
