import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";
import { TLSSocket } from "node:tls";

/** Who sent a request. */
export interface Client {
  readonly address: string;
  /** It came over TLS, at least to the first proxy. */
  readonly secure: boolean;
}

/** The longest chain of proxies that is followed. */
const MAX_PROXIES = 16;

/** The peer, or behind trusted proxies the last address in X-Forwarded-For that is none of theirs. */
export function clientOf({ socket, headers }: IncomingMessage, trusted: BlockList): Client {
  let address = plain(socket.remoteAddress ?? "unknown");
  let secure = socket instanceof TLSSocket;
  const isForwarded = headers["x-forwarded-for"] !== undefined || headers["x-forwarded-proto"] !== undefined;
  if (!isForwarded || !isTrusted(address, trusted)) return { address, secure };
  secure ||= last(headers["x-forwarded-proto"]) === "https";
  const forwarded = [headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").slice(-MAX_PROXIES);
  for (const hop of forwarded.reverse()) {
    const found = plain(hop.trim());
    if (isIP(found) === 0) break;
    address = found;
    if (!isTrusted(found, trusted)) break;
  }
  return { address, secure };
}

/** What a client is counted as: an IPv6 user has a whole /64. */
export function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array.from({ length: missing }, () => "0"), ...rest].slice(0, 4).join(":");
}

const last = (header: string | string[] | undefined): string | undefined =>
  [header ?? ""].flat().join(",").split(",").at(-1)?.trim();

/** IPv4 within IPv6, as a socket that listens to both tells it, is IPv4. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

function isTrusted(address: string, trusted: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 4 ? "ipv4" : "ipv6");
}
