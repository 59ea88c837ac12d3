import { round, sizeText } from "../../../services/lab/report/words.ts";
import type { Case, Operation } from "../../../services/lab/settings.ts";

export const operationTitles: Readonly<Record<Operation, string>> = {
  "lab.echo": "Echo, which does nothing",
  "logger.write": "Write a log entry",
  "logger.list": "List log entries",
  "auth.authenticate": "Check a login",
};

const shortTitles: Readonly<Record<Operation, string>> = {
  "lab.echo": "Echo",
  "logger.write": "Write",
  "logger.list": "List",
  "auth.authenticate": "Login",
};

/** Such as `Echo · 1 KiB · 50 in flight`. */
export function caseTitle({ operation, payload, arrival, concurrency, rate }: Case): string {
  const load =
    arrival === "closed"
      ? `${concurrency} in flight`
      : rate === undefined
        ? "at a fixed rate"
        : `at ${round(rate)} calls/s`;
  return [shortTitles[operation], ...(payload === undefined ? [] : [sizeText(payload)]), load].join(" · ");
}

/** 45 s, 3 min: as exact as an estimate is. */
export function aboutTime(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
