import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { withTable } from "./table.ts";

test("the README's table of variables is the one the configuration has (npm run config -- --write)", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  assert.match(readme, /\| `RABBIT_URL` +\|/);
  assert.equal(readme, withTable(readme));
});
