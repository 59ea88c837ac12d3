import { confirms } from "./confirms.ts";
import { consumers } from "./consumers.ts";
import type { Probes } from "./context.ts";
import { deadLetters } from "./dead-letters.ts";
import { delivery } from "./delivery.ts";
import { errors } from "./errors.ts";
import { exchanges } from "./exchanges.ts";
import { headersExchange } from "./headers-exchange.ts";
import { limits } from "./limits.ts";
import { queues } from "./queues.ts";

/** Every probe by its story. A story told twice would hide a probe, and is refused. */
export const probes: Probes = merge([
  exchanges,
  headersExchange,
  queues,
  delivery,
  consumers,
  limits,
  deadLetters,
  confirms,
  errors,
]);

function merge(areas: Probes[]): Probes {
  const all: Probes = {};
  for (const [story, tell] of areas.flatMap(Object.entries<Probes[string]>)) {
    if (all[story]) throw new Error(`two probes tell "${story}"`);
    all[story] = tell;
  }
  return all;
}
