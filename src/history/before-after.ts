/**
 * What a change did: the hosts that it touched, before and after, beside all others in the same time. Hosts are compared
 * with themselves, so that a fleet that was different before does not count as an effect.
 */
import { type CauseId, HEALTHY } from '../core/verdict.ts';
import type { Labels } from '../core/host.ts';
import { globTest } from '../inventory/glob.ts';

export interface Change {
  readonly uid: string;
  /** Milliseconds since 1970: when it was made. */
  readonly at: number;
  readonly text: string;
  /** Names and `label:value`, with `*`, by comma; empty for all. */
  readonly hosts: string;
}

/** How a host stood in a run; `cause` is undefined where it could not be looked at. */
export interface Stood {
  readonly host: string;
  readonly labels: Labels;
  readonly cause: CauseId | undefined;
}

export interface Compared {
  /** Hosts that could be looked at both times. */
  readonly hosts: number;
  /** Of these, hosts with a cause. */
  readonly before: number;
  readonly after: number;
  readonly cured: number;
  readonly fallen: number;
  /** McNemar's exact test, two-sided: that as many were cured as fell ill, but for chance. */
  readonly chance: number;
}

export interface BeforeAfter {
  readonly touched: Compared;
  readonly others: Compared;
  /** Causes that touched hosts had first, and how many of them; what changed most comes first. */
  readonly causes: readonly {
    readonly cause: CauseId;
    readonly before: number;
    readonly after: number;
  }[];
  /** Better: chance does not explain it, and others did not fare alike. */
  readonly verdict: 'better' | 'worse' | 'no-difference' | 'as-others' | 'too-few';
}

const ALPHA = 0.05;
/** So many hosts must have changed before any count of them can tell: 2 × 0.5^6 is below 5 %. */
const FEWEST = 6;

/** Whether a change touched a host. */
export function touches({ hosts }: Pick<Change, 'hosts'>) {
  const terms = hosts
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map((term) => {
      const [, label, value = ''] = /^([a-z]+):(.*)$/.exec(term) ?? [];
      const fits = globTest(label === undefined ? term : value);
      return ({ host, labels }: Pick<Stood, 'host' | 'labels'>): boolean =>
        label === undefined
          ? fits(host)
          : (labels[label]?.split(',').some((each) => fits(each)) ?? false);
    });
  return (stood: Pick<Stood, 'host' | 'labels'>): boolean =>
    terms.length === 0 || terms.some((fits) => fits(stood));
}

export function beforeAfter(
  change: Change,
  before: readonly Stood[],
  after: readonly Stood[],
): BeforeAfter {
  const then = new Map(before.map((stood) => [stood.host.toLowerCase(), stood]));
  const isTouched = touches(change);
  const pairs = after.flatMap((now) => {
    const was = then.get(now.host.toLowerCase());
    if (was?.cause === undefined || now.cause === undefined) return [];
    return [{ was: was.cause, is: now.cause, touched: isTouched(now) }];
  });
  const touched = comparedOf(pairs.filter((pair) => pair.touched));
  const others = comparedOf(pairs.filter((pair) => !pair.touched));
  return {
    touched,
    others,
    causes: causesOf(pairs.filter((pair) => pair.touched)),
    verdict: verdictOf(touched, others),
  };
}

/** Changes of the same days that touched some of the same hosts: whose effect it was cannot be told. */
export function entangled(
  change: Change,
  all: readonly Change[],
  period: { readonly from: number; readonly to: number },
  hosts: readonly Pick<Stood, 'host' | 'labels'>[],
): readonly Change[] {
  const mine = touches(change);
  return all.filter((other) => {
    if (other.uid === change.uid || other.at < period.from || other.at > period.to) return false;
    const theirs = touches(other);
    return hosts.some((host) => mine(host) && theirs(host));
  });
}

interface Pair {
  readonly was: CauseId;
  readonly is: CauseId;
}

function comparedOf(pairs: readonly Pair[]): Compared {
  const count = (fits: (pair: Pair) => boolean): number => pairs.filter(fits).length;
  const cured = count(({ was, is }) => was !== HEALTHY && is === HEALTHY);
  const fallen = count(({ was, is }) => was === HEALTHY && is !== HEALTHY);
  return {
    hosts: pairs.length,
    before: count(({ was }) => was !== HEALTHY),
    after: count(({ is }) => is !== HEALTHY),
    cured,
    fallen,
    chance: evenOdds(Math.min(cured, fallen), cured + fallen),
  };
}

/** The chance of at most `few` heads or at most `few` tails in so many throws of a coin. */
function evenOdds(few: number, throws: number): number {
  let term = 0.5 ** throws;
  let sum = term;
  for (let at = 1; at <= few; at += 1) {
    term *= (throws - at + 1) / at;
    sum += term;
  }
  return Math.min(1, 2 * sum);
}

function causesOf(pairs: readonly Pair[]): BeforeAfter['causes'] {
  const counts = new Map<CauseId, { before: number; after: number }>();
  const of = (cause: CauseId) => {
    const known = counts.get(cause) ?? { before: 0, after: 0 };
    counts.set(cause, known);
    return known;
  };
  for (const { was, is } of pairs) {
    of(was).before += 1;
    of(is).after += 1;
  }
  return [...counts]
    .filter(([cause]) => cause !== HEALTHY)
    .map(([cause, count]) => ({ cause, ...count }))
    .toSorted(
      (a, b) =>
        Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || (a.cause < b.cause ? -1 : 1),
    );
}

function verdictOf(touched: Compared, others: Compared): BeforeAfter['verdict'] {
  if (touched.cured + touched.fallen < FEWEST) return 'too-few';
  if (touched.chance > ALPHA) return 'no-difference';
  const isBetter = touched.cured > touched.fallen;
  const alike = others.chance <= ALPHA && others.cured > others.fallen === isBetter;
  if (alike) return 'as-others';
  return isBetter ? 'better' : 'worse';
}
