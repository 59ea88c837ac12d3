import { readFileSync } from "node:fs";

/** What clients see in the server properties; package.json lies beside src/ and dist/ alike. */
export const { name: product, version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { name: string; version: string };
