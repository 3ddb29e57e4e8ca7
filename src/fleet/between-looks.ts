/**
 * What came or went between two looks at the same hosts, on those that have a cause anew more often than on the others:
 * a policy value, a version of an agent, a server, a proxy, a build.
 */
import type { Trait } from '../core/fleet.ts';
import { tieByChance } from './chance.ts';
import type { Traits } from './traits.ts';

/** One host, at both times. */
export interface TwoLooks {
  /** It has the cause now, and had not before. */
  readonly isAffected: boolean;
  readonly before: Traits;
  readonly after: Traits;
}

export interface TraitChange extends Trait {
  readonly how: 'came' | 'went';
  readonly affected: number;
  readonly affectedKnown: number;
  readonly others: number;
  readonly othersKnown: number;
}

const ALPHA = 0.05;

/**
 * Changes on at least half of the affected hosts, the commonest first. Where there are others, only what chance would
 * not do, corrected for how many changes were looked at (Bonferroni).
 */
export function changesBetween(hosts: readonly TwoLooks[]): readonly TraitChange[] {
  const all = [...countedIn(hosts).values()];
  const told = all.filter(
    ({ affected, affectedKnown, others, othersKnown }) =>
      affected * 2 >= affectedKnown &&
      (othersKnown === 0 ||
        tieByChance(affected, {
          known: affectedKnown + othersKnown,
          having: affected + others,
          affected: affectedKnown,
        }) *
          all.length <=
          ALPHA),
  );
  // `Acme 5.1` says all that `Acme` says.
  const plain = told.filter(
    (each) =>
      !told.some(
        (other) =>
          other.how === each.how &&
          other.kind === each.kind &&
          other.value.startsWith(`${each.value} `) &&
          other.affected === each.affected &&
          other.others === each.others,
      ),
  );
  return plain.toSorted((a, b) => b.affected - a.affected || a.others - b.others).slice(0, NAMED);
}

const NAMED = 5;

type Counting = { -readonly [K in keyof TraitChange]: TraitChange[K] };

function countedIn(hosts: readonly TwoLooks[]): ReadonlyMap<string, TraitChange> {
  const changes = new Map<string, Counting>();
  const known = { affected: new Map<string, number>(), others: new Map<string, number>() };
  for (const { isAffected, before, after } of hosts) {
    const group = isAffected ? 'affected' : 'others';
    // A kind that one of the looks did not see has not changed for all we know.
    const kinds = [...after.known].filter((kind) => before.known.has(kind));
    for (const kind of kinds) known[group].set(kind, (known[group].get(kind) ?? 0) + 1);
    for (const [how, one, other] of [
      ['came', after, before],
      ['went', before, after],
    ] as const) {
      const had = new Set(other.all.map(keyOf));
      for (const trait of one.all) {
        if (had.has(keyOf(trait)) || !kinds.includes(trait.kind)) continue;
        const key = `${how}\n${keyOf(trait)}`;
        const change = changes.get(key) ?? { ...trait, how, ...NOBODY };
        changes.set(key, change);
        change[group] += 1;
      }
    }
  }
  for (const change of changes.values()) {
    change.affectedKnown = known.affected.get(change.kind) ?? 0;
    change.othersKnown = known.others.get(change.kind) ?? 0;
  }
  return changes;
}

const NOBODY = { affected: 0, affectedKnown: 0, others: 0, othersKnown: 0 };

function keyOf({ kind, value }: Trait): string {
  return `${kind}\n${value}`;
}
