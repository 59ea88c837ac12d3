import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { NodeName } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";
import { postgresAddress } from "../../config/postgres-address.ts";
import { startDatabase, type TestDatabase } from "./database.ts";
import { eventually } from "./eventually.ts";
import { type MongoForTest, mongoUrl, startMongo } from "./mongo.ts";
import { startBroker } from "./rabbitmq.ts";
import { TestSmtp } from "./smtp-server.ts";
import { apart, descendants, type Started, startLauncher } from "./started.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** What a start may take on a busy machine, ms. */
export const PATIENCE = 60_000;

/** The processes that npm start starts, whose every server can be taken away and given back. */
export interface Siege {
  readonly dataDir: string;
  /** Where the servers really are: for whoever looks into them while the system cannot reach them. */
  readonly environment: Environment;
  readonly database: TestDatabase;
  readonly smtp: TestSmtp;
  /** The way to each server; all are cut at first. The document store is a file unless MONGO_URL names a server. */
  readonly to: {
    readonly amqp: TcpProxy;
    readonly postgres: TcpProxy;
    readonly smtp: TcpProxy;
    readonly mongo?: TcpProxy;
  };
  readonly launcher: Started;
  url(name: NodeName, path: string): string;
  /** Done before the system and its servers end. */
  beforeEnd(stop: () => Promise<void>): void;
  /** Kills the node, resolves when its successor is ready. */
  killAndAwait(name: NodeName): Promise<void>;
}

/** Servers of the test's own, none of them reachable yet, and the launcher started. */
export async function besiege(context: TestContext, more: Environment = {}): Promise<Siege> {
  const stops: (() => Promise<void>)[] = [];
  context.after(async () => {
    for (const stop of stops) await stop();
  });
  const kept = <T extends { stop(): Promise<void> }>(one: T): T => {
    stops.unshift(() => one.stop());
    return one;
  };
  const wayTo = async (host: string, port: number): Promise<TcpProxy> => {
    const proxy = kept(await startTcpProxy({ host, port }));
    await proxy.cut();
    return proxy;
  };

  const database = kept(await startDatabase());
  const postgres = postgresAddress(database.dsn);
  const rabbit = kept(await startBroker());
  const rabbitUrl = new URL(rabbit.url);
  const smtp = kept(await TestSmtp.start());
  const mongo: MongoForTest | undefined = mongoUrl === undefined ? undefined : kept(await startMongo());
  const to = {
    amqp: await wayTo(rabbitUrl.hostname, Number(rabbitUrl.port || 5672)),
    postgres: await wayTo(postgres.host, postgres.port),
    smtp: await wayTo("127.0.0.1", smtp.port),
    mongo: mongo && (await wayTo(mongo.host, mongo.port)),
  };

  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-siege-"));
  stops.unshift(() => rm(dataDir, { recursive: true, force: true }));
  const through = new URL(rabbit.url);
  through.hostname = "127.0.0.1";
  through.port = String(to.amqp.port);
  const common: Environment = {
    ...(await apart(dataDir)),
    ...(mongo === undefined ? {} : { MONGO_DATABASE_PREFIX: mongo.prefix }),
    // More tries, and sooner than by default: an outage here lasts for seconds.
    EVENT_RETRY_DELAYS: "500,1000,2000,4000,8000,16000",
    ...more,
  };
  const { user, password, database: name } = postgres;
  const launcher = startLauncher(context, [], {
    ...common,
    RABBIT_URL: through.href,
    DSN: `host=127.0.0.1 port=${to.postgres.port} user='${user}' password='${password}' dbname=${name} connect_timeout=2`,
    MAIL_HOST: "127.0.0.1",
    MAIL_PORT: String(to.smtp.port),
    ...(mongo === undefined ? {} : { MONGO_URL: mongo.through(to.mongo?.port ?? 0) }),
  });
  stops.unshift(async () => {
    launcher.kill("SIGTERM");
    await launcher.ended;
  });
  const url = (node: NodeName, path: string) => `http://127.0.0.1:${common[`${node.toUpperCase()}_PORT`]}${path}`;
  return {
    dataDir,
    environment: { ...common, RABBIT_URL: rabbit.url, DSN: database.dsn, MONGO_URL: mongoUrl },
    database,
    smtp,
    to,
    launcher,
    url,
    beforeEnd: (stop) => void stops.unshift(stop),
    async killAndAwait(node) {
      const back = () => launcher.output().split(`${node} is back`).length;
      const before = back();
      const main = join("node", `main.js ${node}`);
      const found = descendants(launcher.pid).find(({ command }) => command.endsWith(main));
      if (found === undefined) throw new Error(`${node} does not run`);
      process.kill(found.pid, "SIGKILL");
      await eventually(() => back() > before || undefined, PATIENCE);
      await ready(url(node, "/readyz"));
    },
  };
}

export const ready = (url: string): Promise<true> =>
  eventually(async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return true as const;
  }, PATIENCE);
