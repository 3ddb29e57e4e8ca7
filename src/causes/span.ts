/** Since when and how often: read off the failures that a finding's signs speak of. */
import type { Finding } from '../core/verdict.ts';

export function spanOf(speaksOf: readonly unknown[]): Pick<Finding, 'firstSeen' | 'tries'> {
  const failures = speaksOf.flatMap((one) => failureIn(one) ?? []);
  if (failures.length === 0) return {};
  const tries = Math.max(...failures.map((failure) => failure.tries));
  const starts = failures.map(({ first }) => first.getTime()).filter((time) => time > 0);
  return {
    ...(starts.length > 0 && { firstSeen: new Date(Math.min(...starts)).toISOString() }),
    ...(tries > 0 && { tries }),
  };
}

/** Anything that counts its tries is a failure: an installation, a download, or the search. */
function failureIn(value: unknown): { first: Date; tries: number } | undefined {
  if (typeof value !== 'object' || value === null || !('tries' in value)) return undefined;
  const first = 'first' in value ? value.first : 'since' in value ? value.since : undefined;
  const { tries } = value;
  return first instanceof Date && typeof tries === 'number' ? { first, tries } : undefined;
}
