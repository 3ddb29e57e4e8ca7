/** Two small pieces of statistics: how likely a table came about by chance, and what a share may really be. Pure. */

const logs: number[] = [0];

/** Natural logarithm of n!, kept for every n that was asked for. */
function logFactorial(n: number): number {
  for (let next = logs.length; next <= n; next += 1)
    logs.push((logs[next - 1] ?? 0) + Math.log(next));
  return logs[n] ?? 0;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/**
 * Fisher's exact test, one-sided: how likely at least `hit` of `drawn` hosts have a trait that `marked` of `all` have, if
 * the trait had nothing to do with it. Exact for any size, so that three hosts are not judged by a rule for hundreds.
 */
export function chanceOf(hit: number, drawn: number, marked: number, all: number): number {
  const most = Math.min(drawn, marked);
  const whole = logChoose(all, drawn);
  let chance = 0;
  for (let k = hit; k <= most; k += 1) {
    if (drawn - k > all - marked) continue;
    chance += Math.exp(logChoose(marked, k) + logChoose(all - marked, drawn - k) - whole);
  }
  return Math.min(1, chance);
}

export interface Interval {
  /** 0..1 */
  readonly low: number;
  readonly high: number;
}

/** 95 %, two-sided. */
const Z = 1.959_964;

/** Wilson's score interval: right for small numbers and shares near 0 and 1, where the usual one is not. */
export function wilson(hits: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const share = hits / of;
  const z2 = Z * Z;
  const middle = share + z2 / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  return {
    low: Math.max(0, (middle - reach) / scale),
    high: Math.min(1, (middle + reach) / scale),
  };
}
