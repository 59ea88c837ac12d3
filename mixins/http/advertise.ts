import { networkInterfaces } from "node:os";
import type { Config } from "../../config/load.ts";

const everyAddress = ["0.0.0.0", "::", ""];

/** Where other nodes reach a port that is bound to HOST. */
export function advertisedHost({ advertisedHost, host }: Pick<Config, "advertisedHost" | "host">): string {
  const found = advertisedHost ?? (everyAddress.includes(host) ? ownAddress() : host);
  return found.includes(":") ? `[${found}]` : found;
}

/** The first address that is not loopback; a machine with several wants ADVERTISED_HOST. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}
