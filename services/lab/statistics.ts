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

/** How many times as much as another, and over how many rounds that was found. */
export interface Ratio extends Estimate {
  readonly rounds: number;
}

/**
 * How many times as much as the other, round by round: both were measured moments apart, so what the machine did
 * meanwhile falls out. Undefined when one of the two has nothing in one of the rounds: the others would flatter it.
 */
export function ratioOf(
  values: readonly (number | undefined)[],
  others: readonly (number | undefined)[],
): Ratio | undefined {
  const ratios = values.flatMap((value, round) => {
    const other = others[round];
    return value !== undefined && value > 0 && other !== undefined && other > 0 ? [value / other] : [];
  });
  const rounds = ratios.length;
  return rounds === 0 || rounds < Math.max(values.length, others.length)
    ? undefined
    : { ...estimateOf(ratios), rounds };
}

/** A difference that is always there and that nobody would choose a protocol for. */
const NEGLIGIBLE = 0.02;
/** A tie's interval goes no further from 1 than so many times either way: a wider one may hide a difference that matters. */
const TIE = 1.25;
/** Below that confidence an interval says too little. Five rounds have it, four do not. */
const ENOUGH = 0.9;

/** few: there are too few rounds to tell. unclear: the two may be alike, or far from it. */
export type Standing = "more" | "less" | "tie" | "unclear" | "few";

/** What a ratio of two says of them. It is a difference only when the other way round would be a surprise. */
export function standingOf({ median: ratio, low, high, rounds }: Ratio): Standing {
  if (intervalRanks(rounds).confidence < ENOUGH) return "few";
  const differs = (low > 1 || high < 1) && Math.abs(ratio - 1) >= NEGLIGIBLE;
  if (differs) return ratio > 1 ? "more" : "less";
  return low >= 1 / TIE && high <= TIE ? "tie" : "unclear";
}
