import { isDeepStrictEqual } from "node:util";
import { knownDifferences } from "./known-differences.ts";
import type { Step } from "./observe.ts";
import { FAILED } from "./run.ts";

const show = (step: Step | undefined): string => (step ? `${step.label}: ${JSON.stringify(step.value)}` : "(nothing)");

/**
 * How what the clients of two servers saw in one probe differs, as lines to read; none when they saw the same.
 * A known difference is left out, and one that is no longer there is a difference to report itself.
 */
export function differences(story: string, expected: Step[], actual: Step[]): string[] {
  const known = knownDifferences.filter((difference) => difference.story === story);
  const differing: string[] = [];
  const stale = new Set(known);
  const failure = actual.find((step) => step.label === FAILED);
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    const [theirs, ours] = [expected[index], actual[index]];
    if (isDeepStrictEqual(theirs, ours)) continue;
    const accepted = known.filter(({ step }) => step === undefined || step === theirs?.label);
    for (const difference of accepted) stale.delete(difference);
    if (accepted.length === 0 || failure) differing.push(`RabbitMQ: ${show(theirs)}\n  here:   ${show(ours)}`);
  }
  for (const { step } of stale) differing.push(`the known difference ${step ?? "here"} is no longer one`);
  return differing;
}
