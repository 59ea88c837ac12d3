import { Expected, type Parse } from "./types.ts";

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: boolean;
}

const expected =
  'a URL (postgres://user:password@host:5432/users) or libpq words ("host=... port=5432 user=... password=... dbname=users sslmode=disable")';

/** The two forms a DSN has: a URL, or libpq's words as the original wrote them. */
export const postgresAddress: Parse<PostgresAddress> = (value) =>
  /^postgres(ql)?:\/\//.test(value) ? fromUrl(value) : fromWords(value);

function fromUrl(value: string): PostgresAddress {
  if (!URL.canParse(value)) throw new Expected(expected);
  const url = new URL(value);
  return address({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    dbname: decodeURIComponent(url.pathname.slice(1)),
    sslmode: url.searchParams.get("sslmode") ?? undefined,
  });
}

/** `key=value` pairs; a value may stand in single quotes, with \' and \\ inside. */
function fromWords(value: string): PostgresAddress {
  const words: Record<string, string> = {};
  let end = 0;
  for (const match of value.matchAll(/\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))/gy)) {
    words[String(match[1])] = match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "";
    end = match.index + match[0].length;
  }
  if (end === 0 || value.slice(end).trim() !== "") throw new Expected(expected);
  return address(words);
}

function address(words: Record<string, string | undefined>): PostgresAddress {
  const port = Number(words.port || 5432);
  if (!words.host || !Number.isInteger(port) || port < 1 || port > 65_535) throw new Expected(expected);
  return {
    host: words.host,
    port,
    user: words.user || "postgres",
    password: words.password ?? "",
    database: words.dbname || words.user || "users",
    ssl: !["disable", "allow", "prefer", undefined, ""].includes(words.sslmode),
  };
}
