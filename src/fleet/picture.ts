/** The fleet of a run as it comes in: who has what, and what they are. Says at the end what the causes have in common. */
import type { Fix, FleetCause } from '../core/fleet.ts';
import type { HostId, Labels } from '../core/host.ts';
import { type CauseId, canRecur, type Outcome } from '../core/verdict.ts';
import { wilson } from './chance.ts';
import { fixesFor } from './fixes.ts';
import { patternOf } from './pattern.ts';
import { labelTraits, type Traits } from './traits.ts';

/** A cause on a tenth of the fleet is the fleet's, not the host's. */
const SYSTEMIC_FROM = 0.1;

type Pair = readonly [key: string, values: readonly string[]];

interface Member {
  readonly traits: readonly Pair[];
  readonly isJudged: boolean;
  readonly first: CauseId;
  readonly causes: readonly CauseId[];
  readonly since: string | undefined;
}

export class FleetPicture {
  readonly #members = new Map<HostId, Member>();
  /** Traits of thousands of hosts are a few pairs, each kept once. */
  readonly #pairs = new Map<string, Pair>();
  readonly #told = new Map<HostId, readonly Pair[]>();

  /** What the evidence of a host tells, before its outcome comes. */
  know(host: HostId, traits: readonly Pair[]): void {
    this.#told.set(host, traits);
  }

  /** In place of what was there before. Skipped hosts are on neither side: nobody looked at them. */
  add(host: HostId, labels: Labels, outcome: Outcome): void {
    if (outcome.kind === 'skipped') return;
    const { cause, causes } = outcome.verdict;
    const told = this.#told.get(host) ?? [];
    this.#told.delete(host);
    const before = this.#members.get(host);
    this.#members.set(host, {
      traits: before?.traits ?? [...labelTraits(labels), ...told].map((pair) => this.#once(pair)),
      isJudged: outcome.kind === 'judged',
      first: cause,
      causes: causes.map(({ id }) => id).filter(canRecur),
      since: causes[0]?.firstSeen,
    });
  }

  #once(pair: Pair): Pair {
    const text = [pair[0], ...pair[1]].join('\0');
    const known = this.#pairs.get(text) ?? pair;
    this.#pairs.set(text, known);
    return known;
  }

  /** @param recurring causes that come first on enough hosts */
  causes(recurring: readonly CauseId[]): readonly FleetCause[] {
    const all = [...this.#members.values()];
    return recurring
      .map((cause) => this.#cause(cause, all))
      .toSorted((a, b) => b.affected - a.affected || (a.cause < b.cause ? -1 : 1));
  }

  #cause(cause: CauseId, all: readonly Member[]): FleetCause {
    const affected = all.filter(({ first }) => first === cause);
    // A host that was not reached says nothing of disks; one that was reached says all of the way to it.
    const isOfContact = affected.every(({ isJudged }) => !isJudged);
    const looked = isOfContact ? all : all.filter(({ isJudged }) => isJudged);
    const others = looked.filter(({ causes }) => !causes.includes(cause));
    const share = wilson(affected.length, looked.length);
    const since = affected.flatMap(({ since: first }) => first ?? []).toSorted()[0];
    return {
      cause,
      affected: affected.length,
      of: looked.length,
      share: { low: rounded(share.low), high: rounded(share.high) },
      spread: spreadOf(share),
      ...patternOf(traitsOf(affected), traitsOf(others)),
      ...(since !== undefined && { since }),
    };
  }

  fixes(): readonly Fix[] {
    return fixesFor([...this.#members.values()].map(({ causes }) => causes));
  }
}

const traitsOf = (members: readonly Member[]): Traits[] =>
  members.map(({ traits }) => new Map(traits));
const rounded = (share: number): number => Math.round(share * 1000) / 1000;

function spreadOf({ low, high }: { low: number; high: number }): FleetCause['spread'] {
  if (low >= SYSTEMIC_FROM) return 'systemic';
  return high < SYSTEMIC_FROM ? 'isolated' : 'unclear';
}
