import type { NodeName } from "../../config/entry.ts";
import type { Config } from "../../config/load.ts";
import { type Plan, portOf } from "./plan.ts";
import type { Readiness } from "./readiness.ts";

/** What runs where, and the address to open. */
export function startTable(plan: Plan, readiness: ReadonlyMap<NodeName, Readiness>): string {
  const { config } = plan;
  const rows: [string, string, string][] = [
    ...[...readiness].map(([name, { waitsFor }]): [string, string, string] => [
      name,
      nodeUrl(name, config),
      state(waitsFor),
    ]),
    ...plan.standIns.map(({ kind, place }): [string, string, string] => [kind.title, kind.url(place), "embedded"]),
    ...realServers(plan, [...readiness.keys()]).map(([name, url]): [string, string, string] => [name, url, "yours"]),
  ];
  const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const lines = rows.map(([name, url, what]) => `  ${name.padEnd(first ?? 0)}  ${url.padEnd(second ?? 0)}  ${what}`);
  const page = readiness.has("frontend") ? ["", `  Open ${pageUrl(config)}`] : [];
  return ["", ...lines, ...page, ""].join("\n");
}

const state = (waitsFor: Readiness["waitsFor"]): string => {
  const waits = Object.entries(waitsFor).map(([server, why]) => `${server} (${why})`);
  return waits.length === 0 ? "ready" : `waits for ${waits.join(", ")}`;
};

export const nodeUrl = (name: NodeName, config: Config): string =>
  `http://${browsable(config)}:${config[portOf[name]]}`;

/** By the name that the gateway's list of front ends has too. */
export const pageUrl = (config: Config): string =>
  config.host === "127.0.0.1" ? `http://localhost:${config.frontendPort}` : nodeUrl("frontend", config);

const browsable = ({ host }: Config): string => {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
};

function realServers({ config, standIns }: Plan, names: readonly NodeName[]): [string, string][] {
  const embedded = new Set<string>(standIns.map(({ kind }) => kind.name));
  const { host, port, database } = config.postgres;
  const servers: [string, string, boolean][] = [
    ["PostgreSQL", `postgres://${host}:${port}/${database}`, names.includes("auth") && !embedded.has("postgres")],
    ["RabbitMQ", withoutUser(config.rabbitUrl), config.transporter === "amqp" && !embedded.has("amqp")],
    ["SMTP", `smtp://${config.mailHost}:${config.mailPort}`, names.includes("mailer") && !embedded.has("smtp")],
    ["MongoDB", withoutUser(config.mongoUrl ?? ""), config.mongoUrl !== undefined],
  ];
  return servers.filter(([, , used]) => used).map(([name, url]) => [name, url]);
}

const withoutUser = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");
