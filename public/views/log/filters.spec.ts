import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRoute } from "../../lib/route.ts";
import { gatewayQuery, logQuery, matches } from "./filters.ts";

const queryOf = (hash: string) => logQuery(parseRoute(hash).query);
const entry = {
  id: "1",
  name: "event",
  data: "Some DATA",
  severity: "error",
  source: "gateway",
  created_at: "2026-01-31T12:00:00.000Z",
};

test("when the address names filters, then the gateway is asked with them, times made absolute", () => {
  const asked = new URLSearchParams(gatewayQuery(queryOf("#/log?q=a%26b&from=2026-01-31T12:00:00&page=3"), 20));
  assert.equal(asked.get("q"), "a&b");
  assert.equal(asked.get("from"), new Date("2026-01-31T12:00:00").toISOString());
  assert.equal(asked.get("page"), "3");
  assert.equal(asked.get("sort"), "-created_at");
  assert.equal(asked.has("name"), false);
});

test("when the address has nonsense for a page or a time, then it is left out", () => {
  for (const page of ["-1", "x", "1.5", "0"]) assert.equal(queryOf(`#/log?page=${page}`).page, 1);
  assert.doesNotMatch(gatewayQuery(queryOf("#/log?from=yesterday"), 20), /from/);
});

test("when an entry arrives, then it is shown exactly if the list would show it", () => {
  for (const [hash, expected] of [
    ["#/log", true],
    ["#/log?q=some+data", true],
    ["#/log?q=else", false],
    ["#/log?name=event&severity=error&source=gateway", true],
    ["#/log?name=even", false],
    ["#/log?severity=info", false],
    ["#/log?source=listener", false],
    ["#/log?from=2026-01-31T12:00:00Z", true],
    ["#/log?to=2026-01-31T12:00:00Z", false],
    ["#/log?to=2026-02-01T12:00:00Z", true],
  ] as const) {
    assert.equal(matches(entry, queryOf(hash)), expected, hash);
  }
});
