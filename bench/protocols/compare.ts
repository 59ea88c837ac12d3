import type { Estimate } from "../../services/lab/results.ts";
import { estimateOf, median, ratioOf } from "../../services/lab/statistics.ts";
import type { PairName } from "./pairs.ts";
import { Party } from "./party.ts";
import type { Outcome } from "./process.ts";

/** Callers of the closed loop. */
export const CONCURRENCY = 50;

export interface Plan {
  readonly rounds: number;
  /** Of one measurement, ms. */
  readonly duration: number;
  /** The load before anything counts, ms: in the first seconds V8 compiles what is hot, which costs more than the calls. */
  readonly warmUp: number;
  /** A directory for profiles of the processes. */
  readonly profile?: string;
}

/** What one way did in the rounds. */
interface Numbers {
  /** Calls a second, closed loop. */
  readonly throughput: number[];
  /** µs of processor time a call, closed loop. */
  readonly client: number[];
  readonly server: number[];
  /** ms, open loop. */
  readonly p50: number[];
  readonly p99: number[];
}

export interface Comparison {
  readonly pair: PairName;
  readonly adapter: Readonly<Record<keyof Numbers, number>>;
  readonly bare: Readonly<Record<keyof Numbers, number>>;
  /** Adapter to bare, round by round. */
  readonly throughput: Estimate;
  readonly p99: Estimate;
  /** Bare to adapter: what the throughput's ratio would be if each process had a core of its own and nothing beside it. */
  readonly client: number;
  readonly server: number;
}

class Side {
  readonly numbers: Numbers = { throughput: [], client: [], server: [], p50: [], p99: [] };
  readonly #client: Party;
  readonly #server: Party;
  readonly #duration: number;
  readonly #warmUp: number;

  constructor(pair: PairName, way: "adapter" | "bare", { duration, warmUp, profile }: Plan) {
    this.#client = new Party(pair, way, "client", profile);
    this.#server = new Party(pair, way, "server", profile);
    this.#duration = duration;
    this.#warmUp = warmUp;
  }

  /** Ready, and warm. */
  async start(): Promise<void> {
    const address = await this.#server.ask<string>({ do: "serve" });
    await this.#client.ask({ do: "connect", address });
    await this.#client.ask({ do: "closed", concurrency: CONCURRENCY, duration: this.#warmUp });
  }

  async closed(): Promise<void> {
    const before = await this.#cpu();
    const order = { do: "closed", concurrency: CONCURRENCY, duration: this.#duration } as const;
    const { throughput, calls } = await this.#client.ask<Outcome>(order);
    const after = await this.#cpu();
    this.numbers.throughput.push(throughput);
    this.numbers.client.push((after.client - before.client) / calls);
    this.numbers.server.push((after.server - before.server) / calls);
  }

  async open(rate: number): Promise<void> {
    const { latency } = await this.#client.ask<Outcome>({ do: "open", rate, duration: this.#duration });
    // With calls too few for a percentile, or too many that were not sent, the slowest stands for it.
    this.numbers.p50.push(latency.p50 ?? latency.max);
    this.numbers.p99.push(latency.p99 ?? latency.max);
  }

  async end(): Promise<void> {
    await Promise.all([this.#client.end(), this.#server.end()]);
  }

  async #cpu(): Promise<{ client: number; server: number }> {
    const [client, server] = [
      await this.#client.ask<number>({ do: "cpu" }),
      await this.#server.ask<number>({ do: "cpu" }),
    ];
    return { client, server };
  }
}

/** Measures both ways in turn, in several rounds: what the machine does beside it falls on both. */
export async function compare(pair: PairName, plan: Plan, tell: (step: string) => void): Promise<Comparison> {
  const adapter = new Side(pair, "adapter", plan);
  const bare = new Side(pair, "bare", plan);
  const inRounds = async (name: string, measure: (side: Side) => Promise<void>) => {
    for (let round = 1; round <= plan.rounds; round++) {
      tell(`${name}, round ${round} of ${plan.rounds}`);
      for (const side of round % 2 === 0 ? [bare, adapter] : [adapter, bare]) await measure(side);
    }
  };
  try {
    tell("warming up");
    for (const side of [adapter, bare]) await side.start();
    await inRounds(`${CONCURRENCY} callers`, (side) => side.closed());
    const rate = median(bare.numbers.throughput) / 2;
    await inRounds(`${Math.round(rate)} calls a second`, (side) => side.open(rate));
  } finally {
    await Promise.all([adapter.end(), bare.end()]);
  }
  return comparisonOf(pair, adapter.numbers, bare.numbers);
}

function comparisonOf(pair: PairName, adapter: Numbers, bare: Numbers): Comparison {
  const of = (one: readonly number[], other: readonly number[]) => ratioOf(one, other) ?? estimateOf([0]);
  return {
    pair,
    adapter: medians(adapter),
    bare: medians(bare),
    throughput: of(adapter.throughput, bare.throughput),
    p99: of(adapter.p99, bare.p99),
    client: of(bare.client, adapter.client).median,
    server: of(bare.server, adapter.server).median,
  };
}

const medians = ({ throughput, client, server, p50, p99 }: Numbers): Comparison["adapter"] => ({
  throughput: median(throughput),
  client: median(client),
  server: median(server),
  p50: median(p50),
  p99: median(p99),
});
