/** Blast radius: which fix, done once, brings the most hosts back. */
import type { Fix } from '../core/fleet.ts';
import type { CauseId } from '../core/verdict.ts';

/** Hosts that have the very same causes. */
export interface Alike {
  readonly causes: readonly CauseId[];
  readonly hosts: number;
  /** Of `hosts`, those that were not examined. */
  readonly unseen: number;
}

/**
 * The order in which fixing frees hosts soonest: each next fix is the one that frees most beside those before it. A
 * host is freed once all its causes are fixed, and counts there. Where none frees a host by itself, the one goes first
 * that comes nearest: a host with two causes left counts half.
 */
export function orderFixes(
  classes: Iterable<Alike>,
  titleOf: (cause: CauseId) => string,
): readonly Fix[] {
  let left = [...classes].filter(({ hosts }) => hosts > 0).map(open);
  const fixes: Fix[] = [];
  let total = 0;
  while (left.length > 0) {
    const cause = best(left);
    for (const each of left) each.causes.delete(cause);
    const freed = left.filter(({ causes }) => causes.size === 0);
    left = left.filter(({ causes }) => causes.size > 0);
    const hosts = sum(freed, 'hosts');
    total += hosts;
    fixes.push({ cause, title: titleOf(cause), hosts, total, unseen: sum(freed, 'unseen') });
  }
  return fixes;
}

interface Open {
  readonly causes: Set<CauseId>;
  readonly hosts: number;
  readonly unseen: number;
}

function open({ causes, hosts, unseen }: Alike): Open {
  return { causes: new Set(causes), hosts, unseen };
}

/** Divides without rest by any number of causes that a host has: sums must not hang on their order. */
const WHOLE = 840;

interface Gain {
  readonly cause: CauseId;
  frees: number;
  nears: number;
}

function best(left: readonly Open[]): CauseId {
  const gains = new Map<CauseId, Gain>();
  for (const { causes, hosts } of left) {
    for (const cause of causes) {
      const gain = gains.get(cause) ?? { cause, frees: 0, nears: 0 };
      gains.set(cause, gain);
      if (causes.size === 1) gain.frees += hosts;
      else gain.nears += Math.floor((hosts * WHOLE) / causes.size);
    }
  }
  const [first] = [...gains.values()].toSorted(
    (a, b) => b.frees - a.frees || b.nears - a.nears || (a.cause < b.cause ? -1 : 1),
  );
  return first?.cause ?? '';
}

function sum(list: readonly Open[], key: 'hosts' | 'unseen'): number {
  return list.reduce((total, each) => total + each[key], 0);
}
