/**
 * Why one cause hits these hosts and not the others: relay, agent, policy, patch, the hosts' own make, or chance. A trait
 * counts when the hosts that have the cause share it far more often than the others, beyond what chance would do with as
 * many traits as were looked at. Hosts that could not be looked at are on neither side. Pure.
 */
import type { FleetShare, Pattern } from '../core/fleet.ts';
import { chanceOf } from './chance.ts';
import type { Traits } from './traits.ts';

/** A share below this is no common trait. */
const SHARED_BY = 0.8;
/** Holm's step-down correction keeps the chance of any false trait below this. */
const SIGNIFICANT = 0.01;
const FEWEST = 3;
const MOST_TOLD = 3;

const RELAY = new Set(['site', 'relay', 'wsus']);
const PATCH = new Set(['kb', 'build']);
const HOST = new Set(['model', 'type']);
/** Who stands first where two traits part the hosts in the same way. */
const ORDER: readonly Pattern[] = ['relay', 'agent', 'patch', 'policy', 'host'];

export interface PatternFound {
  readonly pattern: Pattern;
  /** Most telling first; several where they part the hosts in the same way. */
  readonly shared: readonly FleetShare[];
}

interface Candidate extends FleetShare {
  readonly chance: number;
  readonly pattern: Pattern;
}

export function patternOf(affected: readonly Traits[], others: readonly Traits[]): PatternFound {
  const candidates = candidatesOf(affected, others);
  const telling = significant(candidates);
  const [best] = telling;
  if (best !== undefined) {
    const same = telling.filter(
      (one) => one.affected === best.affected && one.others === best.others,
    );
    const shared = (same.length > 1 ? same : [best]).slice(0, MOST_TOLD);
    return { pattern: best.pattern, shared: shared.map(({ pattern: _, ...share }) => share) };
  }
  return {
    pattern: couldTell(affected.length, others.length, candidates.length)
      ? 'random'
      : 'cannot-tell',
    shared: [],
  };
}

/** Whether a trait that parts the hosts perfectly would have counted. */
function couldTell(affected: number, others: number, looked: number): boolean {
  if (affected < FEWEST || others === 0) return false;
  const all = affected + others;
  return chanceOf(affected, affected, affected, all) * Math.max(1, looked) < SIGNIFICANT;
}

function significant(candidates: readonly Candidate[]): readonly Candidate[] {
  const sorted = candidates.toSorted(
    (a, b) =>
      a.chance - b.chance ||
      ORDER.indexOf(a.pattern) - ORDER.indexOf(b.pattern) ||
      (a.trait + a.value < b.trait + b.value ? -1 : 1),
  );
  const stop = sorted.findIndex(
    ({ chance }, index) => chance * (sorted.length - index) >= SIGNIFICANT,
  );
  const passed = stop < 0 ? sorted : sorted.slice(0, stop);
  return passed.filter(({ affected, affectedOf }) => affected / affectedOf >= SHARED_BY);
}

/** Every value that an affected host has, counted on both sides among hosts of which its key is known. */
function candidatesOf(affected: readonly Traits[], others: readonly Traits[]): Candidate[] {
  const keys = new Set(affected.flatMap((traits) => [...traits.keys()]));
  return [...keys].toSorted().flatMap((key) => {
    const mine = counted(affected, key);
    const theirs = counted(others, key);
    // A trait of a few of the affected tells nothing of the cause.
    if (mine.known < FEWEST || mine.known < affected.length * SHARED_BY) return [];
    return [...mine.counts].map(([value, count]): Candidate => {
      const other = theirs.counts.get(value) ?? 0;
      const all = mine.known + theirs.known;
      return {
        trait: key,
        value,
        affected: count,
        affectedOf: mine.known,
        others: other,
        othersOf: theirs.known,
        chance: chanceOf(count, mine.known, count + other, all),
        pattern: patternFor(key),
      };
    });
  });
}

function counted(
  hosts: readonly Traits[],
  key: string,
): { known: number; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  let known = 0;
  for (const traits of hosts) {
    const values = traits.get(key);
    if (values === undefined) continue;
    known += 1;
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { known, counts };
}

function patternFor(key: string): Pattern {
  if (RELAY.has(key)) return 'relay';
  if (key === 'agent') return 'agent';
  if (PATCH.has(key)) return 'patch';
  return HOST.has(key) ? 'host' : 'policy';
}
