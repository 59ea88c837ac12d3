import type { ContenderName } from "./contenders.ts";
import type { Absence, CaseResult, Measurement, RunState } from "./results.ts";
import type { Case, Settings } from "./settings.ts";

/**
 * The Moleculer event by which a run tells how it goes on. One that is lost costs a gap in a picture: who finds one, or hears
 * nothing, asks `lab.status`, and whether a run is under way is asked of the node that does it.
 */
export const progressEvent = "lab.progress";

export type Step =
  | {
      readonly type: "started";
      /** ISO 8601 UTC. */
      readonly began: string;
      readonly settings: Settings;
      readonly cases: readonly Case[];
      /** About how long it takes, ms. */
      readonly estimate: number;
    }
  /** A contender is left out of an operation. */
  | { readonly type: "absent"; readonly absence: Absence }
  /** A case begins; with open arrival its rate is known now. */
  | { readonly type: "case"; readonly index: number; readonly case: Case }
  /** Twice a second, while a contender is measured or warmed up. */
  | {
      readonly type: "tick";
      readonly index: number;
      readonly contender: ContenderName;
      /** 0 is the warm-up. */
      readonly round: number;
      /** Calls a second, since this measurement began. */
      readonly throughput: number;
    }
  | { readonly type: "measured"; readonly measurement: Measurement }
  /** A case is done: what its rounds say together. */
  | { readonly type: "result"; readonly result: CaseResult }
  | {
      readonly type: "finished";
      readonly state: Exclude<RunState, "running">;
      /** Why it is partial. */
      readonly reason?: string;
      readonly verdict: readonly string[];
      /** Whether `lab.report` has it under the run's id; not when nothing was measured. */
      readonly reported: boolean;
    };

export type Progress = Step & {
  /** The run's id. */
  readonly run: string;
  /** 1, 2, 3, ...: a gap says that one was lost. */
  readonly number: number;
  /** Of the whole run, 0 to 1. */
  readonly done: number;
};

/** The run that is under way, or the last one; for who comes in the middle. */
export interface RunStatus {
  readonly run: string;
  readonly state: RunState;
  readonly reason?: string;
  readonly began: string;
  readonly settings: Settings;
  readonly cases: readonly Case[];
  readonly estimate: number;
  readonly done: number;
  /** Of the last step that is in this. */
  readonly number: number;
  /** What is being measured. */
  readonly now?: {
    readonly index: number;
    readonly contender: ContenderName;
    readonly round: number;
    readonly throughput: number;
  };
  readonly absences: readonly Absence[];
  readonly results: readonly CaseResult[];
  /** Those of the case under way. */
  readonly measurements: readonly Measurement[];
  readonly verdict: readonly string[];
  readonly reported: boolean;
}

/** What is known after a step: the lab, its command and the page fold the same steps to the same picture. */
export function after(status: RunStatus | undefined, { run, number, done, ...step }: Progress): RunStatus | undefined {
  if (step.type === "started") {
    const { began, settings, cases, estimate } = step;
    return {
      run,
      state: "running",
      began,
      settings,
      cases,
      estimate,
      done,
      number,
      absences: [],
      results: [],
      measurements: [],
      verdict: [],
      reported: false,
    };
  }
  if (status?.run !== run || number <= status.number) return status;
  const known = { ...status, done, number };
  switch (step.type) {
    case "absent":
      return { ...known, absences: [...known.absences, step.absence] };
    case "case":
      return { ...known, cases: known.cases.with(step.index, step.case), measurements: [] };
    case "tick": {
      const { index, contender, round, throughput } = step;
      return { ...known, now: { index, contender, round, throughput } };
    }
    case "measured":
      return { ...known, measurements: [...known.measurements, step.measurement] };
    case "result":
      return { ...known, results: [...known.results, step.result], measurements: [] };
    case "finished": {
      const { state, reason, verdict, reported } = step;
      return { ...known, state, reason, verdict, reported, now: undefined };
    }
  }
}
