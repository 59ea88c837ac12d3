import type { Config } from "./load.ts";

/** The names a browser may know this machine by; one page may be open under each. */
const loopback = ["localhost", "127.0.0.1", "[::1]"] as const;

export const isLoopback = (hostname: string): boolean => (loopback as readonly string[]).includes(hostname);

/** Where the browser finds the gateway: as configured, else beside this node. */
export const gatewayUrl = (config: Config): string => config.gatewayUrl ?? `http://localhost:${config.gatewayPort}`;

/** The front ends whose scripts may call the gateway: as configured, else the one beside this node. */
export const allowedOrigins = (config: Config): readonly string[] =>
  config.allowedOrigins ?? loopback.map((host) => `http://${host}:${config.frontendPort}`);
