import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../../config/load.ts";

const LENGTH = 32;

/**
 * What sessions are signed with: SESSION_KEY, else a key made at the first start and kept in the data directory, readable
 * by its owner alone. Production always has SESSION_KEY (the configuration sees to it).
 * @throws Error when the kept key cannot be read or is damaged
 */
export function sessionKey({ sessionKey, dataDir }: Pick<Config, "sessionKey" | "dataDir">): Uint8Array {
  if (sessionKey !== undefined) return Buffer.from(sessionKey, "utf8");
  const file = join(dataDir, "session.key");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(LENGTH).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from(readFileSync(file, "utf8"), "base64url");
  if (key.length !== LENGTH) throw new Error(`${file} is damaged; delete it, and everybody signs in anew`);
  return key;
}
