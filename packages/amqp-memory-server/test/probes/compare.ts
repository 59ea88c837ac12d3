import { isDeepStrictEqual } from "node:util";
import { knownDifferences } from "./known-differences.ts";
import type { Step } from "./observe.ts";
import { FAILED } from "./run.ts";

/** Stands for every step of a probe. */
const WHOLE = "the whole probe";

const show = (step: Step | undefined): string => (step ? `${step.label}: ${JSON.stringify(step.value)}` : "(nothing)");

/**
 * How what the clients of two servers saw in one probe differs, as lines to read; none when they saw the same.
 * A known difference is left out, and one that is no longer there is a difference to report itself.
 */
export function differences(story: string, expected: Step[], actual: Step[]): string[] {
  const known = knownDifferences.filter((difference) => difference.story === story);
  const accepted = new Map(
    known.flatMap(({ steps = [WHOLE] }) => steps.map((step): [string, boolean] => [step, false])),
  );
  const failed = actual.some((step) => step.label === FAILED);
  const differing: string[] = [];
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    const [theirs, ours] = [expected[index], actual[index]];
    if (isDeepStrictEqual(theirs, ours)) continue;
    const key = [WHOLE, theirs?.label ?? ""].find((step) => accepted.has(step));
    if (key !== undefined) accepted.set(key, true);
    if (key === undefined || failed) differing.push(`RabbitMQ: ${show(theirs)}\n  here:   ${show(ours)}`);
  }
  for (const [step, met] of accepted) if (!met) differing.push(`the known difference in ${step} is no longer there`);
  return differing;
}
