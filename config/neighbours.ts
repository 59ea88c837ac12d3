import type { Config } from "./load.ts";

/** The names a browser may know this machine by; one page may be open under each. */
const loopback = ["localhost", "127.0.0.1", "[::1]"] as const;

export const isLoopback = (hostname: string): boolean => (loopback as readonly string[]).includes(hostname);

/** Where the browser finds the gateway: as configured, which may be a path on the page's host, else beside this node. */
export const gatewayUrl = (config: Config): string => config.gatewayUrl ?? `http://localhost:${config.gatewayPort}`;

/** The path in it, without a slash at its end; "" when there is none. */
export const gatewayPath = (config: Config): string =>
  new URL(gatewayUrl(config), "http://page").pathname.replace(/\/$/, "");

/** Whether one proxy stands before the page and the gateway, so that the gateway's host is the page's. */
export const isOnPagesHost = ({ gatewayUrl = "" }: Config): boolean => gatewayUrl.startsWith("/");

/** The gateway's own page, `/docs`, asks the gateway too. Without GATEWAY_URL a laptop's is beside this node, under any name. */
export function gatewayOrigins({ gatewayUrl, gatewayPort, environment }: Config): readonly string[] {
  if (gatewayUrl === undefined && environment === "production") return [];
  if (gatewayUrl === undefined) return loopback.map((host) => `http://${host}:${gatewayPort}`);
  return URL.canParse(gatewayUrl) ? [new URL(gatewayUrl).origin] : [];
}

/** The front ends whose scripts may call the gateway: as configured, else the one beside this node. */
export const allowedOrigins = (config: Config): readonly string[] =>
  config.allowedOrigins ?? loopback.map((host) => `http://${host}:${config.frontendPort}`);
