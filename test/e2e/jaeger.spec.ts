import assert from "node:assert/strict";
import { test } from "node:test";
import { protocols } from "../../protocols/protocol.ts";
import { send } from "../support/http.ts";
import { startJaeger } from "../support/jaeger.ts";
import { launch } from "../support/launched.ts";
import { needs } from "../support/require.ts";
import { spanTree } from "../support/span-tree.ts";

test("when npm start traces to Jaeger, then a request over HTTP, each protocol, events and the mesh is found there as one trace", {
  skip: needs("jaeger"),
}, async (context) => {
  const { endpoint, api } = await startJaeger(context);
  const system = await launch([], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  context.after(() => system.stop());

  const stored = [
    "consumer listener: process listener.events over amqp",
    "  client listener: logger.write over mesh",
    "    server logger: logger.write over mesh",
  ];
  for (const via of protocols) {
    const body = { action: "auth", via, auth: { email: "admin@example.com", password: "verysecret" } };
    const headers = { "X-Request-Id": `login-over-${via}` };
    assert.equal((await send(system.url("gateway", "/handle"), { method: "POST", headers, body })).status, 202);
    const spans = await api.trace("gateway", { "request.id": `login-over-${via}` }, 7);
    assert.deepEqual(spanTree(spans), [
      "server gateway: POST /handle",
      `  client gateway: auth.authenticate over ${via}`,
      `    server auth: auth.authenticate over ${via}`,
      "  producer gateway: publish logs_topic over amqp",
      ...stored.map((line) => `    ${line}`),
    ]);
    assert.deepEqual(
      spans.filter(({ failed }) => failed),
      [],
    );
  }

  const user = { email: "traced@example.com", first_name: "Ada", last_name: "L", password: "long enough to be one" };
  const made = await send(system.url("auth", "/users"), { method: "POST", body: user });
  assert.equal(made.status, 202);
  const spans = await api.trace("mailer", { protocol: "mesh" }, 7);
  assert.deepEqual(spanTree(spans), [
    "server auth: auth.createUser over rest",
    "  producer auth: publish logs_topic over amqp",
    ...stored.map((line) => `    ${line}`),
    "      client listener: mailer.send over mesh",
    "        server mailer: mailer.send over mesh",
  ]);

  const auth = { email: "admin@example.com", password: "wrong" };
  const headers = { "X-Request-Id": "refused" };
  const refused = await send(system.url("gateway", "/handle"), {
    method: "POST",
    headers,
    body: { action: "auth", auth },
  });
  assert.equal(refused.status, 401);
  const failures = (await api.trace("gateway", { "request.id": "refused" }, 7)).filter(({ failed }) => failed);
  assert.deepEqual(
    failures.map(({ kind, service, attributes }) => [kind, service, attributes["error.type"]]),
    [["client", "gateway", "INVALID_CREDENTIALS"]],
  );
  assert.deepEqual(await api.services(), ["auth", "gateway", "listener", "logger", "mailer"]);
});
