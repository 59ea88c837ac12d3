import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "./log-format.ts";
import { requestContext } from "./request-context.ts";

test("a line in JSON tells its request and its trace, when there are such", () => {
  const line = () => JSON.parse(json("warn", ["it failed:", { code: 7 }], { nodeID: "auth-1", mod: "AUTH" }).join(""));
  const { time, ...alone } = line();
  assert.match(time, /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(alone, { level: "warn", node: "auth-1", module: "AUTH", message: "it failed: { code: 7 }" });
  const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", sampled: true };
  const { requestId, traceId } = requestContext.run({ requestId: "request-1", trace }, line);
  assert.deepEqual({ requestId, traceId }, { requestId: "request-1", traceId: trace.traceId });
});
