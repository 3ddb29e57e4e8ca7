/** Blast radius: in which order causes are to be fixed, so that each brings back as many hosts as it can. Pure. */
import type { Fix } from '../core/fleet.ts';
import type { CauseId } from '../core/verdict.ts';

/**
 * Greedy: next comes what frees the most hosts now. A host with two causes is freed by the second that is fixed; where no
 * single fix frees anybody, the cause that stands on most hosts comes first.
 * @param hosts the causes of each host that has any, once each
 */
export function fixesFor(hosts: readonly (readonly CauseId[])[]): readonly Fix[] {
  const fixes: Fix[] = [];
  let left = hosts.map((causes) => new Set(causes)).filter((causes) => causes.size > 0);
  let total = 0;
  while (left.length > 0) {
    const cause = next(left);
    for (const causes of left) causes.delete(cause);
    const still = left.filter((causes) => causes.size > 0);
    const frees = left.length - still.length;
    total += frees;
    fixes.push({ cause, frees, total });
    left = still;
  }
  return fixes;
}

function next(hosts: readonly ReadonlySet<CauseId>[]): CauseId {
  const alone = new Map<CauseId, number>();
  const anywhere = new Map<CauseId, number>();
  for (const causes of hosts) {
    for (const cause of causes) {
      anywhere.set(cause, (anywhere.get(cause) ?? 0) + 1);
      if (causes.size === 1) alone.set(cause, (alone.get(cause) ?? 0) + 1);
    }
  }
  const [best = ''] = [...anywhere.keys()].toSorted(
    (a, b) =>
      (alone.get(b) ?? 0) - (alone.get(a) ?? 0) ||
      (anywhere.get(b) ?? 0) - (anywhere.get(a) ?? 0) ||
      (a < b ? -1 : 1),
  );
  return best;
}
