import { mailAlert } from "./reactions/mail-alert.ts";
import { mailWelcome } from "./reactions/mail-welcome.ts";
import type { Reach, Reaction } from "./reactions/reaction.ts";
import { storeInLog } from "./reactions/store-in-log.ts";
import type { Received } from "./received.ts";

/** What is done for an event, in this order. Each must be idempotent by the event's id: after a failure all run again. */
const reactions: readonly { on: (event: Received) => boolean; react: Reaction }[] = [
  { on: () => true, react: storeInLog },
  { on: ({ severity }) => severity === "error", react: mailAlert },
  { on: ({ name }) => name === "user.created", react: mailWelcome },
];

/** Resolves when all of it is done. @throws what the first that failed threw */
export async function dispatch(event: Received, reach: Reach): Promise<void> {
  for (const { on, react } of reactions) {
    if (on(event)) await react(event, reach);
  }
}
