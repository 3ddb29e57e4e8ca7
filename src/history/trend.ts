/** Whether figures rise or fall from cycle to cycle, or whether chance could have ordered them so. */

/** `too-few`: so few cycles that no order of them could tell. */
export type Trend = 'rising' | 'falling' | 'steady' | 'too-few';

const ALPHA = 0.1;

/**
 * Kendall's test of order, exact, two-sided at 10 %: it asks only which of two cycles was higher, so that one bad month or
 * "not reached" (which counts as higher than any figure) doesn't decide. Not a regression line, which one outlier bends.
 * @param figures oldest first; undefined: not reached
 */
export function trendOf(figures: readonly (number | undefined)[]): Trend {
  const values = figures.map((figure) => figure ?? Number.POSITIVE_INFINITY);
  const count = values.length;
  if (count < 2 || chanceOf((count * (count - 1)) / 2, count) > ALPHA) return 'too-few';
  let score = 0;
  for (let later = 1; later < count; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1)
      score +=
        Number(at(values, later) > at(values, earlier)) -
        Number(at(values, later) < at(values, earlier));
  if (chanceOf(Math.abs(score), count) > ALPHA) return 'steady';
  return score > 0 ? 'rising' : 'falling';
}

function at(values: readonly number[], place: number): number {
  return values[place] ?? 0;
}

/** The chance that `count` figures in random order have a score this far from 0, in either direction. */
function chanceOf(score: number, count: number): number {
  const pairs = (count * (count - 1)) / 2;
  // How many orders have so many pairs out of order (Mahonian numbers), as shares.
  let shares = [1];
  for (let size = 2; size <= count; size += 1) {
    const next = Array.from({ length: (size * (size - 1)) / 2 + 1 }, () => 0);
    for (const [inversions, share] of shares.entries())
      for (let more = 0; more < size; more += 1)
        next[inversions + more] = (next[inversions + more] ?? 0) + share / size;
    shares = next;
  }
  let chance = 0;
  for (const [inversions, share] of shares.entries())
    if (Math.abs(pairs - 2 * inversions) >= score - 1e-9) chance += share;
  return chance;
}
