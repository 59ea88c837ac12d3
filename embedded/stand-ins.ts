import type { Environment } from "../config/load.ts";
import { portOr } from "./free-port.ts";
import type { Place, StandIn, StandInKind } from "./stand-in.ts";

const onLoopback = ({ host, ports }: Place) => `${host}:${ports[0]}`;

/** The document store has none: without MONGO_URL it is a file that its node opens. */
export const standInKinds: readonly StandInKind[] = [
  {
    name: "postgres",
    title: "Postgres (PGlite)",
    replacedBy: ["DSN", "DATABASE_URL", "POSTGRES_URL"],
    neededBy: (node) => node === "auth",
    ports: [5432],
    url: (place) => `postgres://${onLoopback(place)}/postgres`,
    environment: ({ host, ports: [port] }) => ({
      DSN: `host=${host} port=${port} user=postgres password=postgres dbname=postgres sslmode=disable`,
    }),
    // PGlite's code compiled once and plainly: 40 MB less than optimised, and fast enough.
    execArgv: ["--liftoff-only", "--max-semi-space-size=2"],
    start: async (place) => (await import("./postgres.ts")).startPostgres(place),
  },
  {
    name: "amqp",
    title: "AMQP (in memory)",
    replacedBy: ["RABBIT_URL", "RABBITMQ_URL", "AMQP_URL"],
    // As the mesh's transporter every node needs it; for events, those that send or read them.
    neededBy: (node, { transporter }) => transporter === "amqp" || ["gateway", "auth", "listener"].includes(node),
    ports: [5672],
    url: (place) => `amqp://${onLoopback(place)}`,
    environment: (place) => ({ RABBIT_URL: `amqp://guest:guest@${onLoopback(place)}` }),
    start: async (place) => (await import("./amqp.ts")).startAmqp(place),
  },
  {
    name: "smtp",
    title: "Mail catcher",
    replacedBy: ["MAIL_HOST"],
    neededBy: (node) => node === "mailer",
    ports: [1025, 8025],
    url: ({ host, ports: [, view] }) => `http://${host}:${view}`,
    environment: ({ host, ports: [port, view] }) => ({
      MAIL_HOST: host,
      MAIL_PORT: String(port),
      MAIL_ENCRYPTION: "none",
      MAIL_VIEW_URL: `http://${host}:${view}`,
    }),
    start: async (place) => (await import("./smtp.ts")).startSmtp(place),
  },
];

export const isReplaced = ({ replacedBy }: StandInKind, environment: Environment): boolean =>
  replacedBy.some((name) => environment[name] || environment[`${name}_FILE`]);

/** Whatever HOST says: stand-ins ask nobody for a password. */
const LOOPBACK = "127.0.0.1";

/** @param preference any: free ports only, for several systems that start at once */
export async function placeFor(kind: StandInKind, dataDir: string, preference: "standard" | "any"): Promise<Place> {
  const ports = kind.ports.map((port) => portOr(preference === "any" ? 0 : port, LOOPBACK));
  return placeAt(await Promise.all(ports), dataDir);
}

export const placeAt = (ports: readonly number[], dataDir: string): Place => ({ host: LOOPBACK, ports, dataDir });

/** For tests: starts in this process, on free ports, what the environment does not name. @throws what kept one from starting; none runs then */
export async function startStandIns(environment: Environment, dataDir: string): Promise<StandIn[]> {
  const wanted = standInKinds.filter((kind) => !isReplaced(kind, environment));
  const results = await Promise.allSettled(wanted.map((kind) => startIn(kind, dataDir)));
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await Promise.allSettled(started.map((standIn) => standIn.stop()));
    throw failed.reason;
  }
  return started;
}

async function startIn(kind: StandInKind, dataDir: string): Promise<StandIn> {
  const place = await placeFor(kind, dataDir, "any");
  const running = await kind.start(place);
  return { name: kind.name, environment: kind.environment(place), stop: () => running.stop() };
}
