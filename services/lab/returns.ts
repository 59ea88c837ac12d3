import { contenderNames } from "./contenders.ts";
import type { RunStatus } from "./progress.ts";
import type { Report, ReportEntry, RunState } from "./results.ts";
import { operations } from "./settings.ts";

/** What the lab's actions return: rules as parameters have them, in outline. What is inside a report, `results.ts` says. */

type Rules<T> = Record<keyof T, object | string>;
const object = (props: Rules<object>) => ({ type: "object", props });
const list = (items: object | string) => ({ type: "array", items });
// No object that two rules share: of those Moleculer tells the mesh the first only.
const inside = "object";

const state = { type: "enum", values: ["running", "complete", "partial"] satisfies RunState[] };
const reason = { type: "string", optional: true };

/** Of the run that has begun, or is told to stop. */
export const runId = object({ id: "string" } satisfies Rules<{ id: string }>);

export const runStatus = {
  ...object({
    run: "string",
    state,
    reason,
    began: "string",
    settings: inside,
    cases: list(inside),
    estimate: "number",
    done: "number",
    number: "number",
    now: "object|optional",
    absences: list(inside),
    results: list(inside),
    measurements: list(inside),
    verdict: list("string"),
    reported: "boolean",
  } satisfies Rules<RunStatus>),
  optional: true,
};

export const reportEntries = list(
  object({
    id: "string",
    began: "string",
    state,
    operations: list({ type: "enum", values: [...operations] }),
    contenders: list({ type: "enum", values: [...contenderNames] }),
    size: "number",
  } satisfies Rules<ReportEntry>),
);

/** A text as CSV and HTML. */
export const report = [
  object({
    version: "number",
    id: "string",
    began: "string",
    ended: "string",
    state,
    reason,
    settings: inside,
    surroundings: inside,
    confidence: "number",
    cases: list(inside),
    absences: list(inside),
    verdict: list("string"),
    measurements: list(inside),
  } satisfies Rules<Report>),
  "string",
];
