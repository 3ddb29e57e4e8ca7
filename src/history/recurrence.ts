/** Hosts that come back with the same cause: fixed once, or never fixed at all. */
import { canRecur, type CauseId } from '../core/verdict.ts';

/** A host in a run that could be looked at. */
export interface Look {
  readonly host: string;
  /** Milliseconds since 1970: when the run began. */
  readonly at: number;
  readonly cause: CauseId;
}

export interface Recurrence {
  readonly host: string;
  readonly cause: CauseId;
  /** In so many of its looks it had the cause first. */
  readonly times: number;
  readonly looks: number;
  /** How often it came anew after a look without it. */
  readonly returns: number;
  /** Milliseconds since 1970: the first and the last of them. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** In the newest look as well. */
  readonly isThere: boolean;
}

/** Causes that a host had in two looks or more; what came back most comes first. */
export function recurrences(looks: readonly Look[]): readonly Recurrence[] {
  const found: Recurrence[] = [];
  for (const [host, own] of Map.groupBy(looks, (look) => look.host)) {
    const ordered = own.toSorted((a, b) => a.at - b.at);
    const causes = new Set(ordered.map(({ cause }) => cause));
    for (const cause of causes) {
      if (!canRecur(cause)) continue;
      const hits = ordered.filter((look) => look.cause === cause);
      const [first, last] = [hits[0], hits.at(-1)];
      if (hits.length < 2 || first === undefined || last === undefined) continue;
      const starts = ordered.filter(
        (look, at) => look.cause === cause && ordered[at - 1]?.cause !== cause,
      );
      found.push({
        host,
        cause,
        times: hits.length,
        looks: ordered.length,
        returns: starts.length - 1,
        firstAt: first.at,
        lastAt: last.at,
        isThere: ordered.at(-1)?.cause === cause,
      });
    }
  }
  return found.toSorted(
    (a, b) =>
      b.returns - a.returns ||
      b.times - a.times ||
      compare(a.host, b.host) ||
      compare(a.cause, b.cause),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
