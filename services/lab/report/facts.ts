import type { Report } from "../results.ts";
import { sizeText } from "./words.ts";

/** Where and how it was measured, fact by fact; what a report does not tell is not in it. */
export function factsOf({ surroundings, settings, state }: Report): ReadonlyMap<string, string> {
  const { cpu, cores, memory, system, versions, messageBroker, natsServer, transporter, nodes, databases } =
    surroundings;
  const each = (what: string, values: Readonly<Record<string, string | number>> = {}) =>
    Object.entries(values).map(([name, value]) => [`${what}${name}`, String(value)] as const);
  return new Map([
    ["processor", `${cpu}, ${cores} cores`],
    ["memory", sizeText(memory)],
    ["system", system],
    ...each("", versions),
    ["AMQP server", messageBroker],
    ...(natsServer === undefined ? [] : [["NATS server", natsServer] as const]),
    ["mesh over", transporter],
    ...each("nodes that served ", nodes),
    ...each("database of ", databases),
    ["rounds", String(settings.rounds)],
    ["one measurement", `${settings.duration} ms`],
    ...(settings.firstWarmUp === undefined ? [] : [["first warm-up", `${settings.firstWarmUp} ms`] as const]),
    ["warm-up before each case", `${settings.warmUp} ms`],
    ["seed", String(settings.seed)],
    ["state", state],
  ]);
}
