import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";

/** The value of a variable, read from text. Throws an `Expected` that says what was wanted. */
export type Parse<T> = (text: string) => T;

export class Expected extends Error {}

export const text: Parse<string> = (value) => value;

export const integer =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const parsed = Number(value);
    if (!/^-?\d+$/.test(value.trim()) || parsed < min || parsed > max) {
      throw new Expected(`a whole number from ${min} to ${max}`);
    }
    return parsed;
  };

/** A part of a whole. */
export const ratio: Parse<number> = (value) => {
  const parsed = Number(value);
  if (value.trim() === "" || !(parsed >= 0 && parsed <= 1)) throw new Expected("a number from 0 to 1");
  return parsed;
};

/** 0 asks the system for a free port. */
export const port = integer(0, 65_535);

export const boolean: Parse<boolean> = (value) => {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new Expected("true or false");
};

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Parse<T> =>
  (value) => {
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw new Expected(`one of ${choices.join(", ")}`);
    return found;
  };

export const list: Parse<readonly string[]> = (value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** `1000,5000`: none to ten waits, each up to a day. */
export const milliseconds: Parse<readonly number[]> = (value) => {
  const waits = list(value).map(Number);
  if (waits.length > 10 || !waits.every((wait) => Number.isInteger(wait) && wait > 0 && wait <= 86_400_000)) {
    throw new Expected("up to ten whole numbers of milliseconds, comma-separated, none above 86400000");
  }
  return waits;
};

/** Scheme, host and port as a browser sends them in `Origin`; `*` alone is any. */
export const origins: Parse<readonly string[]> = (value) =>
  list(value).map((item) => {
    if (item === "*") return item;
    if (!/^https?:\/\//.test(item) || !URL.canParse(item) || new URL(item).pathname !== "/") {
      throw new Expected("origins such as https://app.example.com, comma-separated, or *");
    }
    return new URL(item).origin;
  });

export const secretText =
  (length: number): Parse<string> =>
  (value) => {
    if (value.length < length) throw new Expected(`at least ${length} characters`);
    return value;
  };

const named: Readonly<Record<string, readonly string[]>> = {
  none: [],
  loopback: ["127.0.0.0/8", "::1"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"],
};

/** Addresses and networks to look a peer up in. */
export const networks: Parse<BlockList> = (value) => {
  const blocks = new BlockList();
  for (const item of list(value).flatMap((word) => (Object.hasOwn(named, word) ? (named[word] ?? []) : word))) {
    const [address = "", prefix, ...rest] = item.split("/");
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (version === 0 || rest.length > 0 || !/^\d*$/.test(prefix ?? "") || prefix === "" || length > bits) {
      throw new Expected("addresses or networks such as 10.0.0.0/8, loopback or private, comma-separated");
    }
    blocks.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  }
  return blocks;
};

export const hostOrNetwork: Parse<string | BlockList> = (value) => (value.includes("/") ? networks(value) : value);

export const url =
  (...protocols: readonly string[]): Parse<string> =>
  (value) => {
    const expected = `a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(" or ")}`;
    if (!URL.canParse(value)) throw new Expected(expected);
    if (!protocols.includes(new URL(value).protocol.slice(0, -1))) throw new Expected(expected);
    return value;
  };

/** A URL, or a path on the host that was asked itself. */
export const urlOrPath =
  (...protocols: readonly string[]): Parse<string> =>
  (value) => {
    if (/^(\/[\w.~-]+)+\/?$/.test(value)) return value;
    try {
      return url(...protocols)(value);
    } catch {
      throw new Expected(`a path such as /api, or a URL that begins with ${protocols.join(":// or ")}://`);
    }
  };

/** The contents of a PEM file with something of this kind in it, such as `CERTIFICATE`. */
export const pemFile =
  (kind: string): Parse<string> =>
  (file) => {
    const expected = new Expected(`a readable PEM file with a ${kind}`);
    let content: string;
    try {
      content = readFileSync(file, "utf8");
    } catch {
      throw expected;
    }
    if (!new RegExp(`^-----BEGIN [A-Z ]*${kind}-----`, "m").test(content)) throw expected;
    return content;
  };
