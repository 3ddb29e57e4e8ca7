/**
 * What the hosts with a recurring cause have in common and the others have not, held against chance: relay, agent,
 * policy, patch, something else, nothing at all, or it cannot be told.
 */
import type { Bearing, Change, Pattern, SharedTrait, Trait, WhyUnknown } from '../core/fleet.ts';
import type { CauseId } from '../core/verdict.ts';
import { type Book, earliest, type Member } from './book.ts';
import type { Dated } from './dated.ts';
import { corrected, leastChance, type Margins, testsThatCount, tieByChance } from './chance.ts';
import type { Counts } from './counts.ts';
import { bearingOf } from './traits.ts';

/** The chance of even one wrong tie in a run in which nothing is tied. */
const ALPHA = 0.05;
/** A trait explains a cause when without it so many of the hosts would not have it. */
const EXPLAINS = 0.5;

export interface Suspect {
  readonly book: Book;
  /** Everybody who could have shown the cause. */
  readonly all: Counts;
  readonly hosts: readonly Member[];
}

interface NamedTrait {
  readonly kind: number;
  readonly kindName: string;
  readonly value: string;
}

/** The patterns of all recurring causes of a run: how many are looked at decides what counts as chance. */
export function patternsOf(
  suspects: readonly Suspect[],
  traits: readonly NamedTrait[],
): ReadonlyMap<CauseId, Pattern> {
  const tests = suspects.map((suspect) => testsOf(suspect, traits));
  const count = testsThatCount(
    tests.flatMap((list) => list.map(({ least }) => least)),
    ALPHA,
  );
  const able = tests.map((list) => list.filter(({ least }) => count > 0 && least <= ALPHA / count));
  const chances = able.flat().map(({ both, margins }) => tieByChance(both, margins));
  const results = corrected(chances, count);
  let at = 0;
  return new Map(
    suspects.map((suspect, index) => {
      const shared = (able[index] ?? []).map((test) => sharedOf(test, results[at++] ?? 1));
      return [suspect.book.cause, patternOf(suspect, tests[index] ?? [], shared, count)] as const;
    }),
  );
}

interface Test {
  readonly trait: NamedTrait;
  /** Affected hosts that have it. */
  readonly both: number;
  readonly margins: Margins;
  /** The smallest chance that it can give. */
  readonly least: number;
}

/** One test for each trait that some have and some have not, of those of whom it is known. */
function testsOf({ book, all }: Suspect, traits: readonly NamedTrait[]): Test[] {
  const tests: Test[] = [];
  for (const [number, trait] of traits.entries()) {
    const known = all.known(trait.kind) - book.also.known(trait.kind);
    const having = all.having(number) - book.also.having(number);
    const affected = book.first.known(trait.kind);
    if (having <= 0 || having >= known || affected <= 0 || affected >= known) continue;
    const margins = { known, having, affected };
    tests.push({ trait, both: book.first.having(number), margins, least: leastChance(margins) });
  }
  return tests;
}

function sharedOf({ trait, both, margins }: Test, p: number): SharedTrait {
  const { known, having, affected } = margins;
  return {
    kind: trait.kindName,
    value: trait.value,
    bearing: bearingOf(trait.kindName),
    affected: both,
    affectedKnown: affected,
    others: having - both,
    othersKnown: known - affected,
    p,
  };
}

function patternOf(
  suspect: Suspect,
  tests: readonly Test[],
  looked: readonly SharedTrait[],
  count: number,
): Pattern {
  const test = {
    name: 'fisher-exact',
    correction: 'tarone-holm',
    looked: count,
    alpha: ALPHA,
  } as const;
  const tied = looked.filter(({ p }) => p <= ALPHA).toSorted(strongestFirst);
  const shared = asGood(tied.filter((trait) => explained(trait) >= EXPLAINS));
  const [best] = shared;
  if (best !== undefined) {
    const tie = shared.map(({ bearing }) => bearing).toSorted(nearestFirst)[0] ?? best.bearing;
    return { tie, shared, changed: changedOf(suspect, isIn(shared)), test };
  }
  const why = whyUnknown(suspect, tests, tied, count);
  return {
    tie: why === undefined ? 'random' : 'unknown',
    ...(why !== undefined && { why }),
    shared: tied.slice(0, NAMED),
    changed: why === 'no-others' ? changedOf(suspect, () => true) : [],
    test,
  };
}

const NAMED = 3;

function isIn(traits: readonly Trait[]): (trait: Trait) => boolean {
  const keys = new Set(traits.map(({ kind, value }) => `${kind}\n${value}`));
  return ({ kind, value }) => keys.has(`${kind}\n${value}`);
}

/**
 * The share of affected hosts that would not be, were it for the others' rate (Miettinen 1974): high only where most of
 * them have the trait and it makes much of a difference.
 */
function explained({ affected, affectedKnown, others, othersKnown }: SharedTrait): number {
  const withIt = affected / (affected + others);
  const without = affectedKnown - affected;
  const rest = without + othersKnown - others;
  const withoutIt = rest === 0 ? 0 : without / rest;
  return (affected / affectedKnown) * (1 - withoutIt / withIt);
}

/** Traits that stand on the same hosts but for chance: one that is ten times as likely by chance is not as good. */
function asGood(ties: readonly SharedTrait[]): readonly SharedTrait[] {
  const limit = (ties[0]?.p ?? 0) * 10;
  const good = ties.filter(({ p }) => p <= limit);
  // `agent 5.1` says all that `agent` says.
  return good.filter(
    (each) =>
      !good.some(
        (other) =>
          saysMore(other, each) && other.affected === each.affected && other.others === each.others,
      ),
  );
}

function strongestFirst(a: SharedTrait, b: SharedTrait): number {
  return (
    a.p - b.p ||
    BY_NEARNESS.indexOf(a.bearing) - BY_NEARNESS.indexOf(b.bearing) ||
    (`${a.kind} ${a.value}` < `${b.kind} ${b.value}` ? -1 : 1)
  );
}

/** Of bearings that the hosts cannot tell apart: what acts on a host itself goes before where it stands. */
const BY_NEARNESS: readonly Bearing[] = ['patch', 'agent', 'relay', 'policy', 'other'];

function nearestFirst(a: Bearing, b: Bearing): number {
  return BY_NEARNESS.indexOf(a) - BY_NEARNESS.indexOf(b);
}

/** Undefined: a tie of half of the hosts would have shown. */
function whyUnknown(
  { book, all }: Suspect,
  tests: readonly Test[],
  tied: readonly SharedTrait[],
  count: number,
): WhyUnknown | undefined {
  if (tied.length > 0) return 'partial';
  if (all.hosts - book.also.hosts <= book.hosts.size) return 'no-others';
  if (tests.length === 0) return 'nothing-differs';
  const wouldShow = tests.some(({ margins: { known, affected } }) => {
    const half = Math.ceil(affected / 2);
    return tieByChance(half, { known, having: half, affected }) <= ALPHA / Math.max(1, count);
  });
  return wouldShow ? undefined : 'too-few';
}

const WEEK = 7 * 86_400_000;

/**
 * What went on in the week before the cause was first seen, on at least half of the hosts that tell: of what is shared
 * where that explains the cause; of everything where no host is without the cause, so that nothing can be held against it.
 */
function changedOf({ hosts }: Suspect, isCandidate: (trait: Trait) => boolean): readonly Change[] {
  const told = hosts.filter(({ since }) => since !== undefined);
  const changes = new Map<string, { readonly trait: Trait; times: number[] }>();
  for (const { since = 0, dated } of told) {
    const firsts = new Map<string, Dated>();
    for (const one of dated) {
      if (one.at > since || since - one.at > WEEK || !isCandidate(one)) continue;
      const key = `${one.kind}\n${one.value}`;
      const known = firsts.get(key);
      if (known === undefined || one.at < known.at) firsts.set(key, one);
    }
    for (const [key, { kind, value, at }] of firsts) {
      const change = changes.get(key) ?? { trait: { kind, value }, times: [] };
      changes.set(key, change);
      change.times.push(at);
    }
  }
  const all = [...changes.values()]
    .filter(({ times }) => times.length * 2 >= told.length)
    .map(({ trait, times }) => ({
      ...trait,
      hosts: times.length,
      of: told.length,
      at: new Date(earliest(times)).toISOString(),
    }))
    .toSorted((a, b) => b.hosts - a.hosts || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  // `Acme 5.1` says all that `Acme` says.
  return all
    .filter((each) => !all.some((other) => saysMore(other, each) && other.hosts === each.hosts))
    .slice(0, CHANGES_NAMED);
}

const CHANGES_NAMED = 5;

function saysMore(one: Trait, other: Trait): boolean {
  return one.kind === other.kind && one.value.startsWith(`${other.value} `);
}
