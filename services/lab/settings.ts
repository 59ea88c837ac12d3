import type { ContenderName } from "./contenders.ts";

export const operations = ["lab.echo", "logger.write", "logger.list", "auth.authenticate"] as const;
export type Operation = (typeof operations)[number];

/** closed: so many callers, each asks again when it was answered. open: calls at a fixed rate, whether answered or not. */
export const arrivals = ["closed", "open"] as const;
export type Arrival = (typeof arrivals)[number];

/** What one run compares, and how; plain data. */
export interface Settings {
  readonly operations: readonly Operation[];
  readonly contenders: readonly ContenderName[];
  /** Bytes of text that a call carries, for the operations that carry any. */
  readonly payloads: readonly number[];
  /** Calls in flight, for closed arrival. */
  readonly concurrency: readonly number[];
  readonly arrivals: readonly Arrival[];
  /** Calls a second, for open arrival; 0 is half of what the slowest contender did with closed arrival. */
  readonly rate: number;
  /** How often each contender is measured in each case. */
  readonly rounds: number;
  /** ms of one measurement. */
  readonly duration: number;
  /** ms of calls that do not count, once for each contender before its first case of an operation. */
  readonly firstWarmUp: number;
  /** The same before the first round of each case. */
  readonly warmUp: number;
  /** Nodes that serve `lab.echo`; the others are as many as the mesh has. */
  readonly replicas: number;
  /** Of the order in a round and the payloads' text: the same seed, the same plan. */
  readonly seed: number;
}

export const presetNames = ["quick", "full"] as const;
export type PresetName = (typeof presetNames)[number];

const common = { arrivals: ["closed", "open"], rate: 0, replicas: 1, seed: 1 } as const;

/** quick takes less than a minute, full about ten. */
export const presets: Readonly<Record<PresetName, Settings>> = {
  quick: {
    ...common,
    operations: ["lab.echo"],
    contenders: ["rest", "json-rpc", "grpc", "amqp", "mesh"],
    payloads: [1_024, 16_384],
    concurrency: [1, 50],
    rounds: 5,
    duration: 200,
    firstWarmUp: 3_000,
    warmUp: 100,
  },
  full: {
    ...common,
    operations: ["lab.echo"],
    contenders: ["rest", "json-rpc", "grpc", "grpc-stream", "amqp", "amqp-publish", "mesh", "mesh-tcp"],
    payloads: [64, 1_024, 16_384, 262_144],
    concurrency: [1, 10, 50, 200],
    rounds: 6,
    duration: 500,
    firstWarmUp: 5_000,
    warmUp: 500,
  },
};

/** A run must not take longer, ms: neither by its estimate, nor when it is slower than that. */
export const LONGEST_RUN = 30 * 60_000;

/** The least and the most of each number. */
export const bounds = {
  payloads: [1, 512 << 10],
  concurrency: [1, 1_000],
  rate: [0, 1_000_000],
  rounds: [1, 20],
  duration: [20, 30_000],
  firstWarmUp: [0, 10_000],
  warmUp: [0, 10_000],
  replicas: [1, 4],
  seed: [0, 2 ** 31 - 1],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

/** What is held fixed while the contenders are compared. */
export interface Case {
  readonly operation: Operation;
  /** Bytes; absent when the operation carries none of its caller's choice. */
  readonly payload?: number;
  readonly arrival: Arrival;
  /** Calls in flight; closed arrival only. */
  readonly concurrency?: number;
  /** Calls a second; open arrival only, and known when it begins. */
  readonly rate?: number;
}

/** Whether the same was asked of the contenders; a fixed rate follows from what they carried, and may differ. */
export const isSameCase = (a: Case, b: Case): boolean =>
  a.operation === b.operation && a.payload === b.payload && a.arrival === b.arrival && a.concurrency === b.concurrency;

/** Whether its caller chooses how large it is. */
export const carriesText = (operation: Operation): boolean => operation === "lab.echo" || operation === "logger.write";

/** Whether a run leaves entries in the log that are to be removed. */
export const writesToLog = (asked: readonly Operation[]): boolean =>
  asked.includes("logger.write") || asked.includes("logger.list");

/** In the order in which they are measured: what open arrival takes its rate from comes before it. */
export function casesOf({ operations: asked, payloads, concurrency, arrivals: wanted }: Settings): Case[] {
  const loads = (["closed", "open"] as const)
    .filter((arrival) => wanted.includes(arrival))
    .flatMap((arrival): Pick<Case, "arrival" | "concurrency">[] =>
      arrival === "open" ? [{ arrival }] : concurrency.map((inFlight) => ({ arrival, concurrency: inFlight })),
    );
  return asked.flatMap((operation) =>
    (carriesText(operation) ? payloads : [undefined]).flatMap((payload) =>
      loads.map((load) => ({ operation, ...(payload === undefined ? {} : { payload }), ...load })),
    ),
  );
}
