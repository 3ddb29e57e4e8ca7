/** Since when and how often: read off the failures that a finding's signs speak of. */
import type { Finding, Status } from '../core/verdict.ts';
import type { Facts } from '../facts/declared.ts';

type Span = Pick<Finding, 'firstSeen' | 'tries'>;

interface Spoken {
  readonly status: Status;
  readonly speaksOf: readonly unknown[];
}

/** Signs may speak of a log line or a volume only: then the open failures are what they explain. */
export function spanOf({ status, speaksOf }: Spoken, facts: Facts): Span {
  const own = failuresIn(speaksOf);
  return spanning(own.length > 0 || status !== 'failing' ? own : failuresIn(facts.open.installs));
}

interface Failed {
  readonly first: Date;
  readonly tries: number;
}

function spanning(failures: readonly Failed[]): Span {
  if (failures.length === 0) return {};
  const tries = Math.max(...failures.map((failure) => failure.tries));
  const starts = failures.map(({ first }) => first.getTime());
  // Folded events do not tell the first of them, and the first of the others is not the first of all.
  const isTold = starts.every((time) => time > 0);
  return {
    ...(isTold && { firstSeen: new Date(Math.min(...starts)).toISOString() }),
    ...(tries > 0 && { tries }),
  };
}

/** Anything that counts its tries is a failure: an installation, a download, or the search. */
function failuresIn(values: readonly unknown[]): readonly Failed[] {
  return values.flatMap((value) => {
    if (typeof value !== 'object' || value === null || !('tries' in value)) return [];
    const first = 'first' in value ? value.first : 'since' in value ? value.since : undefined;
    const { tries } = value;
    return first instanceof Date && typeof tries === 'number' ? [{ first, tries }] : [];
  });
}
