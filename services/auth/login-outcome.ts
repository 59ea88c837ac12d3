import { toCodedError } from "../../errors/index.ts";

/** What the metrics tell of logins; `broken` is one that was never decided. */
export const outcomes = ["valid", "invalid", "throttled", "broken"] as const;
export type Outcome = (typeof outcomes)[number];

export function outcomeOf(failure: unknown): Outcome {
  const { type } = toCodedError(failure);
  if (type === "INVALID_CREDENTIALS") return "invalid";
  return type === "TOO_MANY_ATTEMPTS" ? "throttled" : "broken";
}
