import { type Command, command } from "./command.ts";

const usage = "dead-letters | dead-letters resend ID | dead-letters resend all";

export const deadLetters: Command = command(
  {
    command: "dead-letters [verb] [id]",
    description: "shows events that could not be handled, with the reason; resend ID, or all, sends them back",
  },
  async (broker, { verb = "show", id }) => {
    if (verb === "show") return broker.call<object[], object>("listener.deadLetters", {});
    if (verb !== "resend" || typeof id !== "string") throw new Error(`usage: ${usage}`);
    const which = id === "all" ? { all: true } : { id };
    const { resent } = await broker.call<{ resent: number }, object>("listener.resend", which);
    return `${resent} sent back.`;
  },
);
