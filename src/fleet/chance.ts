/** What chance alone would do. Pure arithmetic: knows no host and no cause. */

/** Of `known` hosts `having` have a trait; of those `known`, `affected` have a cause. */
export interface Margins {
  readonly known: number;
  readonly having: number;
  readonly affected: number;
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next += 1)
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  return logFactorials[n] ?? Number.NaN;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/**
 * Fisher's exact test, one-sided: the chance that at least `both` hosts have trait and cause, where these have nothing
 * to do with each other (upper tail of the hypergeometric distribution).
 */
export function tieByChance(both: number, { known, having, affected }: Margins): number {
  const most = Math.min(having, affected);
  const least = Math.max(0, having + affected - known);
  if (both <= least) return 1;
  const all = logChoose(known, affected);
  let sum = 0;
  for (let x = both; x <= most; x += 1) {
    const next = Math.exp(logChoose(having, x) + logChoose(known - having, affected - x) - all);
    sum += next;
    // Past the middle each is smaller than the one before by more and more.
    if (x * known > having * affected && next < sum * Number.EPSILON) break;
  }
  return Math.min(1, sum);
}

/** The smallest chance that `tieByChance` can give for these margins. */
export function leastChance(margins: Margins): number {
  return tieByChance(Math.min(margins.having, margins.affected), margins);
}

/**
 * How many tests count (Tarone 1990): one that could not have told anything, whatever its outcome, costs nothing.
 * @param least the smallest chance that each test can give
 */
export function testsThatCount(least: readonly number[], alpha: number): number {
  const sorted = Float64Array.from(least).toSorted();
  let able = sorted.length;
  for (let count = 1; ; count += 1) {
    while (able > 0 && (sorted[able - 1] ?? 0) > alpha / count) able -= 1;
    if (able <= count) return able === 0 ? 0 : count;
  }
}

/**
 * Holm's correction of `count` tests, of which these are the smallest chances: the chance of even one wrong tie stays
 * below alpha. Not Benjamini-Hochberg, which lets one of twenty ties be wrong: each sends people to a server.
 */
export function corrected(chances: readonly number[], count: number): number[] {
  const order = chances
    .map((_, at) => at)
    .toSorted((a, b) => (chances[a] ?? 1) - (chances[b] ?? 1));
  const results = chances.map(() => 1);
  let before = 0;
  for (const [rank, at] of order.entries()) {
    before = Math.max(before, Math.min(1, (chances[at] ?? 1) * Math.max(1, count - rank)));
    results[at] = before;
  }
  return results;
}

/** Of a standard normal distribution, what 2.5 % lie above. */
const Z = 1.959_963_985;

/** The 95 % score interval of a share (Wilson 1927), which holds for few hosts too. Of none at all: anything. */
export function wilson(
  hits: number,
  tries: number,
): { readonly low: number; readonly high: number } {
  if (tries === 0) return { low: 0, high: 1 };
  const share = hits / tries;
  const middle = share + (Z * Z) / (2 * tries);
  const half = Z * Math.sqrt((share * (1 - share)) / tries + (Z * Z) / (4 * tries * tries));
  const scale = 1 + (Z * Z) / tries;
  return {
    low: hits === 0 ? 0 : (middle - half) / scale,
    high: hits === tries ? 1 : (middle + half) / scale,
  };
}
