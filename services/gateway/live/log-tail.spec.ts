import assert from "node:assert/strict";
import { test } from "node:test";
import { LogTail } from "./log-tail.ts";

const entries = (...ids: string[]) => ({ entries: ids.map((id) => ({ id })) });

test("who comes back gets what came after the last it saw", () => {
  const tail = new LogTail();
  assert.equal(tail.add(entries("1", "2")), 'id: 2\nevent: entries\ndata: [{"id":"1"},{"id":"2"}]\n\n');
  tail.add(entries("3"));
  assert.equal(tail.since("2"), 'id: 3\nevent: entries\ndata: [{"id":"3"}]\n\n');
  assert.equal(tail.since("3"), "");
});

test("who was away too long, or across entries that were not told of, loads anew", () => {
  const tail = new LogTail();
  tail.add(entries("0"));
  tail.add(entries(...Array.from({ length: 500 }, (_, index) => `later ${index}`)));
  assert.match(tail.since("0"), /^event: reset\n/);
  tail.add(entries("a"));
  assert.match(tail.add({ ...entries("b"), omitted: 3 }), /event: entries\n.*\n\nevent: reset\n/s);
  assert.match(tail.since("a"), /^event: reset\n/);
});
