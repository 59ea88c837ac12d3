import { readFileSync } from "node:fs";
import { Expected, type Parse } from "./types.ts";

export interface PostgresAddress {
  /** A name, an address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: false | Tls;
  /** How long connecting may take, ms. */
  readonly connectTimeout: number;
}

/** As Node's TLS takes it. */
export interface Tls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  /** Given where the certificate may be for another name (verify-ca). */
  readonly checkServerIdentity?: () => undefined;
}

type Words = Record<string, string | undefined>;

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
const DEFAULT_CONNECT_TIMEOUT = 3_000;

const expected =
  'a URL (postgres://user:password@host:5432/users) or libpq words ("host=... port=5432 user=... password=... dbname=users sslmode=disable")';

/** The two forms a DSN has: a URL, or libpq's words as the original wrote them. */
export const postgresAddress: Parse<PostgresAddress> = (value) =>
  address(/^postgres(ql)?:\/\//.test(value) ? fromUrl(value) : fromWords(value));

function fromUrl(value: string): Words {
  if (!URL.canParse(value)) throw new Expected(expected);
  const url = new URL(value);
  return {
    ...Object.fromEntries(url.searchParams),
    host: url.searchParams.get("host") ?? decoded(url.hostname.replace(/^\[|\]$/g, "")),
    port: url.port || (url.searchParams.get("port") ?? undefined),
    user: decoded(url.username),
    password: decoded(url.password),
    dbname: decoded(url.pathname.slice(1)),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Expected(`${expected}, with special characters percent-encoded`);
  }
}

/** `key=value` pairs; a value may stand in single quotes, with \' and \\ inside. */
function fromWords(value: string): Words {
  const words: Words = {};
  let end = 0;
  for (const match of value.matchAll(/\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']\S*)?)/gy)) {
    words[String(match[1])] = match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "";
    end = match.index + match[0].length;
  }
  if (end === 0 || value.slice(end).trim() !== "") throw new Expected(expected);
  return words;
}

function address(words: Words): PostgresAddress {
  const port = Number(words.port || 5432);
  if (!words.host || !Number.isInteger(port) || port < 1 || port > 65_535) throw new Expected(expected);
  return {
    host: words.host,
    port,
    user: words.user || "postgres",
    password: words.password ?? "",
    database: words.dbname || words.user || "users",
    ssl: tls(words),
    connectTimeout: connectTimeout(words.connect_timeout),
  };
}

/**
 * libpq's modes: `require` encrypts and asks no questions, `verify-ca` and `verify-full` check the certificate. `allow` and
 * `prefer` (libpq's default) leave the choice to the client: here that is a connection without TLS.
 */
function tls({ sslmode, sslrootcert }: Words): PostgresAddress["ssl"] {
  const mode = sslModes.find((known) => known === (sslmode || "prefer"));
  if (mode === undefined) throw new Expected(`sslmode to be one of ${sslModes.join(", ")}`);
  if (mode === "disable" || mode === "allow" || mode === "prefer") return false;
  const ca = sslrootcert ? { ca: certificate(sslrootcert) } : {};
  // As libpq: a root certificate that is there is used, also when it was not asked for.
  if (mode === "require" && !sslrootcert) return { rejectUnauthorized: false };
  if (mode === "verify-full") return { rejectUnauthorized: true, ...ca };
  return { rejectUnauthorized: true, ...ca, checkServerIdentity: () => undefined };
}

function certificate(file: string): string | undefined {
  if (file === "system") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Expected("sslrootcert to name a readable file");
  }
}

/** libpq's seconds, where 0 waits without end; here that is the default. */
function connectTimeout(seconds: string | undefined): number {
  if (!seconds) return DEFAULT_CONNECT_TIMEOUT;
  if (!/^\d{1,4}$/.test(seconds)) throw new Expected("connect_timeout to be whole seconds");
  return Number(seconds) * 1_000 || DEFAULT_CONNECT_TIMEOUT;
}
