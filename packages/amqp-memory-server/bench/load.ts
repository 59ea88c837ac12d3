/** The load generator, in a process of its own: opens a scenario, does rounds when told to, closes it. */
import type { Load } from "./scenario.ts";
import { type ScenarioName, scenarios } from "./scenarios.ts";

export type Order =
  | { readonly do: "open"; readonly scenario: ScenarioName; readonly url: string; readonly connections: number }
  | { readonly do: "round" }
  | { readonly do: "close" };

let load: Load | undefined;

async function obey(order: Order): Promise<unknown> {
  if (order.do === "open") load = await scenarios[order.scenario](order.url, order.connections);
  else if (order.do === "round") return load?.round();
  else await load?.close();
  return {};
}

process.on("message", (order: Order) => {
  obey(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
