import type { ContenderName } from "./contenders.ts";
import type { Case, Settings } from "./settings.ts";

/** What one contender did in one round of one case. */
export interface Measurement {
  /** Index of the case in the run's list. */
  readonly case: number;
  readonly contender: ContenderName;
  readonly round: number;
  /** Calls that were answered as they should be. */
  readonly calls: number;
  /** Those that failed, by code; a call of open arrival that could not be begun is `NOT_SENT`. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the first call to the last answer. */
  readonly seconds: number;
  /** Calls a second. */
  readonly throughput: number;
  /** ms; absent for a stream, whose messages are not answered one by one. */
  readonly latency?: Latency;
  /**
   * Bytes at the driver's sockets, a call; absent in a round in which a call failed, for that cost some too, or none came
   * through, and over a transporter whose sockets are out of reach (Redis).
   */
  readonly sent?: number;
  readonly received?: number;
  /** µs of processor time a call; absent as bytes are, and with open arrival, where waiting for the next moment takes it too. */
  readonly cpu?: Cpu;
}

/**
 * ms from when the call was to be sent to its answer. A call that failed, or was not sent, is later than every other: a
 * percentile that would be its time is absent, and so is one that no call would be slower than, for want of calls.
 */
export interface Latency {
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly p999?: number;
  /** Of those that were answered. */
  readonly max: number;
}
export const percentiles = ["p50", "p90", "p99", "p999", "max"] as const satisfies readonly (keyof Latency)[];

export interface Cpu {
  /** Of the process that calls. */
  readonly driver: number;
  /** Of all nodes that serve the operation. */
  readonly nodes: number;
}

/** The median over rounds, and its confidence interval. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One contender in one case, all rounds together. */
export interface Summary {
  readonly contender: ContenderName;
  readonly rounds: number;
  readonly calls: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly throughput: Estimate;
  /** A percentile that one of the rounds does not have is absent. */
  readonly latency?: Readonly<Partial<Record<keyof Latency, Estimate>>>;
  /** These over the rounds in which no call failed. */
  readonly sent?: Estimate;
  readonly received?: Estimate;
  readonly cpu?: Readonly<Record<keyof Cpu, Estimate>>;
}

/** Of two that are measured together: their sum cannot be surer than both. */
export const sumOf = (a: Estimate | undefined, b: Estimate | undefined): Estimate | undefined =>
  a && b && { median: a.median + b.median, low: a.low + b.low, high: a.high + b.high };

/** One contender that could not be measured, and why. */
export interface Absence {
  readonly contender: ContenderName;
  readonly operation: Case["operation"];
  readonly reason: string;
}

export interface CaseResult {
  /** Index of the case in the run's list. */
  readonly index: number;
  readonly case: Case;
  /** The best first: the most calls a second, or with open arrival the lowest p99; then those that cannot be compared. */
  readonly summaries: readonly Summary[];
  /** What the numbers say, in sentences. */
  readonly verdict: readonly string[];
  /** Reports of before have none. */
  readonly machine?: Machine;
}

/** How the machine was while a case was measured, as far as it tells. */
export interface Machine {
  /** Its load in the minute before the case's end, with that of the run itself. */
  readonly load?: number;
  /** The part of the processors' time that its hypervisor gave to other machines, 0 to 1. */
  readonly steal?: number;
}

/** Where and with what it was measured. */
export interface Surroundings extends Reached {
  readonly cpu: string;
  readonly cores: number;
  /** bytes */
  readonly memory: number;
  readonly system: string;
  /** Of the machine, when the run began: what else ran on it. */
  readonly load: number;
  /** By name: Node's, and those of the libraries that carry the calls. */
  readonly versions: Readonly<Record<string, string>>;
  readonly transporter: string;
}

/** Who served and carried the calls, as they told themselves. */
export interface Reached {
  /** How many nodes served each operation. */
  readonly nodes: Readonly<Partial<Record<Case["operation"], number>>>;
  /** Where these keep their data, such as `PostgreSQL 15.14`; nothing for those that keep none, or did not tell. */
  readonly databases?: Readonly<Partial<Record<Case["operation"], string>>>;
  /** Such as `RabbitMQ 3.10.8`. */
  readonly messageBroker: string;
  /** Such as `2.9.10`; absent where none carried anything. */
  readonly natsServer?: string;
}

/** partial: it was stopped or failed before its last case. */
export type RunState = "running" | "complete" | "partial";

export interface Report {
  readonly version: 1;
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly began: string;
  readonly ended: string;
  readonly state: RunState;
  /** Why it is partial. */
  readonly reason?: string;
  /** Reports of before have no first warm-up. */
  readonly settings: Omit<Settings, "firstWarmUp"> & Partial<Settings>;
  readonly surroundings: Surroundings;
  /** The chance that an interval has the true median in it. */
  readonly confidence: number;
  readonly cases: readonly CaseResult[];
  readonly absences: readonly Absence[];
  /** What the cases say together. */
  readonly verdict: readonly string[];
  readonly measurements: readonly Measurement[];
}

/** A report in the list of those that are kept. */
export interface ReportEntry {
  readonly id: string;
  readonly began: string;
  readonly state: RunState;
  readonly operations: readonly string[];
  readonly contenders: readonly ContenderName[];
  /** bytes */
  readonly size: number;
}
