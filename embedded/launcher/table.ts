import type { NodeName } from "../../config/entry.ts";
import type { Config } from "../../config/load.ts";
import type { StandIn } from "../stand-in.ts";

const ports = {
  frontend: "frontendPort",
  gateway: "gatewayPort",
  auth: "authPort",
  logger: "loggerPort",
  mailer: "mailerPort",
  listener: "listenerPort",
} as const satisfies Record<NodeName, keyof Config>;

/** What runs where, and the address to open. */
export function startTable(names: readonly NodeName[], config: Config, standIns: readonly StandIn[]): string {
  const rows: [string, string][] = [
    ...standIns.map(({ name, url }): [string, string] => [name, withoutPassword(url)]),
    ...names.map((name): [string, string] => [name, `http://${config.host}:${config[ports[name]]}`]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, url]) => `  ${name.padEnd(width)}  ${url}`);
  const page = names.includes("frontend") ? [``, `  Open http://localhost:${config.frontendPort}`] : [];
  return ["", ...lines, ...page, ""].join("\n");
}

const withoutPassword = (url: string): string => url.replace(/\/\/([^:/@]+):[^@]*@/, "//$1@");
