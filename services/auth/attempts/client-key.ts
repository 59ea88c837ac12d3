import { isIP } from "node:net";

/**
 * One client, whatever address of its own it uses: an IPv6 subscriber has a whole /64, and IPv4 may come in IPv6's clothes.
 * What is no address is taken as it is.
 */
export function clientKey(client: string): string {
  const address = client.replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(address) === 6 ? firstHalf(address) : address;
}

function firstHalf(address: string): string {
  const [head = "", tail] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
