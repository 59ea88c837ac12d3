import type { Received } from "./received.ts";

/** What a handler may ask of the mesh. */
export type Call = (action: string, params: object) => Promise<unknown>;
export type EventHandler = (event: Received, call: Call) => Promise<unknown>;

/** Everything is stored in the log, whatever its name. */
const store: EventHandler = ({ name, data, severity, id }, call) =>
  call("logger.write", { name, data, severity, source: "listener", event_id: id });

/** What is done beside that, by the event's name. */
const byName: Readonly<Record<string, EventHandler>> = {};

export async function dispatch(event: Received, call: Call): Promise<void> {
  await store(event, call);
  if (Object.hasOwn(byName, event.name)) await byName[event.name]?.(event, call);
}
