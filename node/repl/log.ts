import { styleText } from "node:util";
import type { Context, ServiceBroker } from "moleculer";
import { type Command, command } from "./command.ts";

interface Entry {
  readonly created_at: string;
  readonly severity?: string;
  readonly source?: string;
  readonly name: string;
  readonly data: string;
}

interface Written {
  readonly entries: readonly Entry[];
  readonly omitted?: number;
}

let following = false;

export const log: Command = command(
  {
    command: "log <verb> [count]",
    description: "follow: shows entries as they are stored, until stop; last [count]: shows the newest",
  },
  async (broker, { verb, count }) => {
    if (verb === "last") {
      const query = { pageSize: Number(count ?? 20) };
      const { rows } = await broker.call<{ rows: Entry[] }, object>("logger.list", query);
      return [...rows].reverse().map(line).join("\n") || "The log is empty.";
    }
    if (verb !== "follow" && verb !== "stop") throw new Error("usage: log follow | log stop | log last [count]");
    following = verb === "follow";
    return following ? "Following; log stop ends it." : "Not following any more.";
  },
);

/** Hears of what was stored; made before the broker starts. */
export function followLog(broker: ServiceBroker): void {
  broker.createService({
    name: "repl",
    events: {
      "log.written"({ params: { entries, omitted = 0 } }: Context<Written>) {
        if (!following) return;
        for (const entry of entries) console.log(line(entry));
        if (omitted > 0) console.log(styleText("gray", `... and ${omitted} more`));
      },
    },
  });
}

const line = ({ created_at, severity = "INFO", source = "", name, data }: Entry): string =>
  `${styleText("gray", new Date(created_at).toISOString())} ${severity.toUpperCase().padEnd(7)} ${styleText("cyan", name)} ${data} ${styleText("gray", source)}`.trimEnd();
