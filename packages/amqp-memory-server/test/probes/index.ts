import { confirms } from "./confirms.ts";
import { consumers } from "./consumers.ts";
import type { Probes } from "./context.ts";
import { deadLetters } from "./dead-letters.ts";
import { delivery } from "./delivery.ts";
import { errors } from "./errors.ts";
import { exchanges } from "./exchanges.ts";
import { handshake } from "./handshake.ts";
import { headersExchange } from "./headers-exchange.ts";
import { heartbeats } from "./heartbeats.ts";
import { limits } from "./limits.ts";
import { protocolErrors } from "./protocol-errors.ts";
import { queues } from "./queues.ts";
import { quorum } from "./quorum.ts";

const connections = [handshake, heartbeats, protocolErrors, errors];
const routing = [exchanges, headersExchange];
const messages = [delivery, confirms, consumers];
const kindsOfQueue = [queues, limits, deadLetters, quorum];

/** Every probe by its story; the slow ones, which wait for a server to hang up, come first. */
export const probes: Probes = merge([...connections, ...routing, ...messages, ...kindsOfQueue]);

/** A story told twice would hide a probe. */
function merge(areas: Probes[]): Probes {
  const all: Probes = {};
  for (const [story, tell] of areas.flatMap(Object.entries<Probes[string]>)) {
    if (all[story]) throw new Error(`two probes tell "${story}"`);
    all[story] = tell;
  }
  return all;
}
