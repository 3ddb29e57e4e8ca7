/** `--fail-on`: which findings make a script's run fail. */
import type { CauseId, Outcome } from '../core/verdict.ts';
import { canRecur } from '../core/verdict.ts';

export type FailOn =
  /** any cause at all */
  | { readonly kind: 'any' }
  /** a host whose status is failing or scan-failing */
  | { readonly kind: 'failed' }
  | { readonly kind: 'recurring' }
  | { readonly kind: 'cause'; readonly cause: CauseId };

export function failsOn(
  failOn: FailOn,
  outcomes: Iterable<Outcome>,
  recurring: ReadonlySet<CauseId>,
): boolean {
  if (failOn.kind === 'recurring') return recurring.size > 0;
  for (const outcome of outcomes) {
    if (outcome.kind === 'skipped') continue;
    const { verdict } = outcome;
    if (failOn.kind === 'any' && canRecur(verdict.cause)) return true;
    if (
      failOn.kind === 'failed' &&
      (verdict.status === 'failing' || verdict.status === 'scan-failing')
    )
      return true;
    if (failOn.kind === 'cause' && verdict.causes.some(({ id }) => id === failOn.cause))
      return true;
  }
  return false;
}
