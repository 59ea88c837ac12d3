import type { Estimate } from "./results.ts";

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}

/** What an interval should contain the true median with. */
const CONFIDENCE = 0.95;

/**
 * Which of the ordered values are the ends of the median's interval: the narrowest that is right with CONFIDENCE, whatever
 * the distribution, for each value is above the median like a coin's head. With fewer than six values that is not to be had:
 * then it is the lowest and the highest, and `confidence` says how much that is worth.
 */
export function intervalRanks(count: number): { low: number; high: number; confidence: number } {
  const tails = Array.from({ length: count + 1 }, (_, heads) => binomial(count, heads) / 2 ** count);
  let low = 0;
  let outside = 2 * (tails[0] ?? 0);
  while (low + 1 < count / 2) {
    const more = outside + 2 * (tails[low + 1] ?? 0);
    if (1 - more < CONFIDENCE) break;
    outside = more;
    low++;
  }
  return { low, high: Math.max(low, count - 1 - low), confidence: Math.max(0, 1 - outside) };
}

function binomial(n: number, k: number): number {
  let product = 1;
  for (let factor = 1; factor <= k; factor++) product = (product * (n - k + factor)) / factor;
  return product;
}

/** @param values at least one */
export function estimateOf(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const { low, high } = intervalRanks(sorted.length);
  return { median: median(sorted), low: sorted[low] ?? 0, high: sorted[high] ?? 0 };
}

/**
 * How many times as much as the other, round by round: both were measured moments apart, so what the machine did
 * meanwhile falls out. Rounds in which one of the two has nothing are left out; undefined when none is left.
 */
export function ratioOf(values: readonly number[], others: readonly number[]): Estimate | undefined {
  const ratios = values.flatMap((value, round) => {
    const other = others[round];
    return value > 0 && other !== undefined && other > 0 ? [value / other] : [];
  });
  return ratios.length === 0 ? undefined : estimateOf(ratios);
}

/** A difference that is always there and that nobody would choose a protocol for. */
const NEGLIGIBLE = 0.02;

/** The difference is inside the noise: the other way round would not be a surprise; or it is negligible. @param ratio of two */
export const isTie = ({ median: ratio, low, high }: Estimate): boolean =>
  (low <= 1 && high >= 1) || Math.abs(ratio - 1) < NEGLIGIBLE;
