import type { BlockList } from "node:net";
import { networkInterfaces } from "node:os";
import { type Config, ConfigError } from "../../config/load.ts";

const everyAddress = ["0.0.0.0", "::", ""];

/** Where other nodes reach a port that is bound to HOST. @throws ConfigError when this machine is not in the network named */
export function advertisedHost({ advertisedHost, host }: Pick<Config, "advertisedHost" | "host">): string {
  const found = typeof advertisedHost === "object" ? addressIn(advertisedHost) : (advertisedHost ?? boundTo(host));
  return found.includes(":") ? `[${found}]` : found;
}

const boundTo = (host: string): string => (everyAddress.includes(host) ? ownAddress() : host);

/** The first address that is not loopback; a machine with several wants ADVERTISED_HOST. */
function ownAddress(): string {
  return ownAddresses().find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}

/** A container in several networks learns its addresses only when it starts, and no order of theirs is promised. */
function addressIn(network: BlockList): string {
  const found = ownAddresses().find(({ address, family }) =>
    network.check(address, family === "IPv4" ? "ipv4" : "ipv6"),
  );
  if (found === undefined) throw new ConfigError(["ADVERTISED_HOST: this machine has no address in that network"]);
  return found.address;
}

const ownAddresses = () => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
