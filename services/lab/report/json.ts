import type { Report } from "../results.ts";

/** Six digits are more than any measurement is worth. */
export const toJson = (report: Report): string =>
  JSON.stringify(report, (_, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  );
