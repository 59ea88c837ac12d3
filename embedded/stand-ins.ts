import type { Environment } from "../config/load.ts";
import { startAmqp } from "./amqp.ts";
import { startPostgres } from "./postgres.ts";
import { startSmtp } from "./smtp.ts";
import type { StandIn } from "./stand-in.ts";

/** Each stand-in, and the variables any of which says that there is a real server. */
const standIns = [
  { replacedBy: ["DSN", "DATABASE_URL", "POSTGRES_URL"], start: startPostgres },
  { replacedBy: ["RABBIT_URL", "RABBITMQ_URL", "AMQP_URL"], start: (_: string, host: string) => startAmqp(host) },
  { replacedBy: ["MAIL_HOST"], start: startSmtp },
] as const;

/** Starts what the environment does not name. The document store needs none: the logger keeps a file. */
export async function startStandIns(environment: Environment, dataDir: string, host: string): Promise<StandIn[]> {
  const wanted = standIns.filter(({ replacedBy }) =>
    replacedBy.every((name) => !environment[name] && !environment[`${name}_FILE`]),
  );
  const results = await Promise.allSettled(wanted.map(({ start }) => start(dataDir, host)));
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await Promise.allSettled(started.map((standIn) => standIn.stop()));
    throw failed.reason;
  }
  return started;
}
