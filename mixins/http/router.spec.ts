import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "./router.ts";

function routerOf(...routes: readonly string[]): Router<string> {
  const router = new Router<string>();
  for (const route of routes) router.add(route, route);
  return router;
}
const router = routerOf(
  "GET /",
  "GET /logs",
  "DELETE /logs",
  "GET /logs/stream",
  "GET /logs/:id",
  "DELETE /logs/:log",
  "POST /logs/:id/marks/:mark",
);

test("when a path fits a pattern, then its names have the decoded segments", () => {
  assert.deepEqual(router.find("GET", "/logs/a%2Fb%20c"), {
    pattern: "/logs/:id",
    handler: "GET /logs/:id",
    params: { id: "a/b c" },
  });
  assert.deepEqual(router.find("DELETE", "/logs/7"), {
    pattern: "/logs/:log",
    handler: "DELETE /logs/:log",
    params: { log: "7" },
  });
  const marked = router.find("POST", "/logs/1/marks/%E6%97%A5");
  assert.deepEqual(marked && "params" in marked && marked.params, { id: "1", mark: "日" });
  const empty = router.find("GET", "/logs/");
  assert.deepEqual(empty && "params" in empty && empty.params, { id: "" }, "for the validation to refuse by name");
});

test("when a path is written out, then it goes before a pattern that it fits, but only by its own methods", () => {
  assert.equal(router.find("GET", "/logs/stream")?.pattern, "/logs/stream");
  assert.equal(router.find("DELETE", "/logs/stream")?.pattern, "/logs/:log");
});

test("when the method is another, then those that are there are told, HEAD with GET", () => {
  assert.equal(router.find("HEAD", "/logs")?.pattern, "/logs");
  assert.deepEqual(router.find("PUT", "/logs"), { pattern: "/logs", allowed: ["GET", "HEAD", "DELETE"] });
  assert.deepEqual(router.find("PUT", "/logs/7"), { pattern: "/logs/:id", allowed: ["GET", "HEAD", "DELETE"] });
  assert.deepEqual(router.find("GET", "/logs/7/marks/1"), { pattern: "/logs/:id/marks/:mark", allowed: ["POST"] });
});

test("when nothing is at a path, then nothing is found, whatever objects have by nature", () => {
  for (const path of ["/nothing", "/logs/1/2", "/logs/1/marks", "", "/constructor", "//", "/__proto__"]) {
    assert.equal(router.find("GET", path), undefined, path);
  }
});

test("when a segment is no percent-encoded text, then the request is malformed", () => {
  for (const segment of ["%", "%zz", "%E0%A4%A", "%FF"]) {
    assert.throws(() => router.find("GET", `/logs/${segment}`), { type: "MALFORMED_REQUEST" }, segment);
  }
});

test("when a route is there already, by this name of its parameter or another, then it is refused", () => {
  assert.throws(() => routerOf("GET /logs/:id", "GET /logs/:name"), /^Error: GET \/logs\/:name: .* served already$/);
  assert.throws(() => routerOf("GET /logs", "GET /logs"), /served already/);
});
