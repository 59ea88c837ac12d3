/** A server or a client of one way of a pair, told by its parent what to do, one thing after the other. */
import { closedLoop, openLoop } from "../../services/lab/driver/load.ts";
import { Tally } from "../../services/lab/driver/tally.ts";
import type { Latency } from "../../services/lab/results.ts";
import { isPairName, pairs } from "./pairs.ts";
import type { Call, Way } from "./way.ts";

export type Order =
  | { readonly do: "serve" }
  | { readonly do: "connect"; readonly address: string }
  | { readonly do: "closed"; readonly concurrency: number; readonly duration: number }
  | { readonly do: "open"; readonly rate: number; readonly duration: number }
  | { readonly do: "cpu" };

/** What came of a load. */
export interface Outcome {
  /** Answered calls a second. */
  readonly throughput: number;
  readonly calls: number;
  readonly latency: Latency;
}

const { serve, connect } = wayOf(process.argv.slice(2));
let call: Call | undefined;

function wayOf([pair = "", way = ""]: string[]): Way {
  if (!isPairName(pair)) throw new Error(`there is no pair ${pair}`);
  return pairs[pair][way === "bare" ? "bare" : "adapter"];
}

async function follow(order: Order): Promise<unknown> {
  switch (order.do) {
    case "serve":
      return await serve();
    case "connect":
      call = await connect(order.address);
      return await call();
    case "closed":
      return await under((load) => closedLoop(called, { ...load, ...order }));
    case "open":
      return await under((load) => openLoop(called, { ...load, ...order }));
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return user + system;
    }
  }
}

const called: Call = () => (call === undefined ? Promise.reject(new Error("not connected")) : call());

/**
 * A way that cannot carry half of what the other can has calls that are not even begun; its latency says so.
 * @throws Error when a call failed: then there is nothing to compare
 */
async function under(loop: (load: { tally: Tally; signal: AbortSignal }) => Promise<unknown>): Promise<Outcome> {
  const tally = new Tally();
  const began = performance.now();
  await loop({ tally, signal: new AbortController().signal });
  const { calls, latency } = tally;
  const { NOT_SENT: _, ...errors } = tally.errors;
  if (latency === undefined || Object.keys(errors).length > 0) throw new Error(`failed: ${JSON.stringify(errors)}`);
  return { throughput: (calls * 1_000) / (performance.now() - began), calls, latency };
}

process.on("message", (order: Order) => {
  follow(order).then(
    (value) => process.send?.({ value }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.once("disconnect", () => process.exit());
