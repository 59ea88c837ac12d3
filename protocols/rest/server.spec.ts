import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type ActionParams, type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { ConfigError, loadConfig } from "../../config/load.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { nodeOf, provideConfig } from "../../node/node-context.ts";
import { anyPort } from "../../test/support/any-port.ts";
import { eventually } from "../../test/support/eventually.ts";
import { rawHttp, send } from "../../test/support/http.ts";
import { untilGivenUp } from "../../test/support/until-given-up.ts";
import { RestClient } from "./client.ts";
import { restServer } from "./server.mixin.ts";

/** A node with one service on a REST port, in no mesh. */
async function start(context: TestContext, actions: ServiceSchema["actions"]) {
  const config = loadConfig({ NODE_ENV: "test", LOG_LEVEL: "fatal", ...anyPort });
  const broker = new ServiceBroker({
    ...brokerOptions(config, "test"),
    transporter: undefined,
    disableBalancer: false,
  });
  provideConfig(broker, config);
  const schema = { name: "logger", mixins: [httpMixin("loggerPort"), restServer], actions };
  const service: unknown = broker.createService(schema as ServiceSchema);
  await broker.start();
  const client = new RestClient(broker);
  context.after(async () => {
    await client.close();
    await nodeOf(broker).lifecycle.drain(broker.logger);
    await broker.stop();
  });
  const url = (path: string) => `http://127.0.0.1:${(service as WithHttp).http.address.port}${path}`;
  const call = async (action: string, params: object, signal?: AbortSignal) =>
    (await client.call(`logger.${action}`, params, { deadline: 5_000, requestId: "rest", signal })).value;
  return { broker, url, call };
}

const echo = (ctx: Context<object>) => ctx.params;
const id = { type: "string", min: 1, max: 5 };

test("when an exposure is mistaken, then the node does not start, and a line says where and what", async (context) => {
  const rest = (route: string, says = "done", params: ActionParams = { id }) => ({
    params,
    expose: { rest: { route, says } },
    handler: echo,
  });
  const cases: [ServiceSchema["actions"], RegExp][] = [
    [{ a: rest("GET /x/:key") }, /^logger\.a: expose\.rest: "GET \/x\/:key": the action has no parameter "key"$/],
    [
      { a: rest("FETCH /x") },
      /^logger\.a: expose\.rest: "FETCH \/x": the method must be one of GET, POST, PUT, PATCH, DELETE$/,
    ],
    [{ a: rest("/x") }, /^logger\.a: expose\.rest: "\/x" is no route, such as "GET \/logs\/:id"$/],
    [{ a: rest("GET /x?y") }, /"GET \/x\?y": a path is made of names and :parameters$/],
    [{ a: rest("GET /x", "sent to {too}") }, /^logger\.a: expose\.rest: "sent to \{too\}": \{too\} is no parameter$/],
    [{ a: rest("GET /x", "done", { secret: { type: "custom" } }) }, /"secret" cannot stand in a query$/],
    [{ a: rest("GET /x/:tags", "done", { tags: "string[]" }) }, /"tags" cannot stand in a path$/],
    [
      { a: rest("GET /x/:id"), b: rest("GET /x/:id") },
      /^logger\.b: expose\.rest: GET \/x\/:id is logger\.a's already$/,
    ],
    [{ a: rest("GET /ping") }, /^GET \/ping: this route is served already$/],
    [{ a: rest("GET /x/:key"), b: rest("LIST /") }, /logger\.a: .*\n.*logger\.b: /],
  ];
  for (const [actions, message] of cases) {
    await assert.rejects(start(context, actions), (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

test("when parameters come by path, query and body, then the action has them as its rules say, the path's first", async (context) => {
  const params = { id, page: "number|optional|convert:true", on: "boolean|optional", tags: "string[]|optional" };
  const { url } = await start(context, {
    read: { params, expose: { rest: { route: "GET /x/:id", says: "read {id}" } }, handler: echo },
    change: { params, expose: { rest: { route: "PATCH /x/:id", says: "changed {id}" } }, handler: echo },
    remove: { params: { id }, expose: { rest: { route: "POST /x/:id/remove", says: "removed" } }, handler: echo },
  });
  const read = await send(url("/x/%C3%A4?page=2&on=1&tags=a&tags=b&id=other&unknown=x"));
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, {
    error: false,
    message: "read ä",
    data: { id: "ä", page: 2, on: true, tags: ["a", "b"] },
  });
  const changed = await send(url("/x/1"), { method: "PATCH", body: { id: "2", page: 3 } });
  assert.equal(changed.status, 202);
  assert.deepEqual(changed.body, { error: false, message: "changed 1", data: { id: "1", page: 3 } });
  assert.deepEqual((await send(url("/x/1/remove"), { method: "POST" })).body.data, { id: "1" }, "no body is asked for");
});

test("when the path is another, the method, or no text, then 404, 405 with what is allowed, or 400", async (context) => {
  const { url } = await start(context, {
    read: { params: { id }, expose: { rest: { route: "GET /x/:id", says: "read" } }, handler: echo },
    remove: { params: { id }, expose: { rest: { route: "DELETE /x/:id", says: "removed" } }, handler: echo },
  });
  assert.equal((await send(url("/x"))).status, 404);
  assert.equal((await send(url("/x/1/2"))).status, 404);
  const put = await send(url("/x/1"), { method: "PUT", body: {} });
  assert.equal(put.status, 405);
  assert.equal(put.headers.get("allow"), "GET, HEAD, DELETE");
  const head = await send(url("/x/1"), { method: "HEAD" });
  assert.deepEqual([head.status, head.body], [200, undefined]);
  assert.ok(Number(head.headers.get("content-length")) > 0);
  const malformed = await send(url("/x/%E0%A4%A"));
  assert.deepEqual([malformed.status, malformed.body.code], [400, "MALFORMED_REQUEST"]);
  const empty = await send(url("/x/"));
  assert.deepEqual([empty.status, empty.body.code], [400, "VALIDATION_FAILED"]);
  assert.match(empty.body.message, /"id"/);
  const page = await send(url("/x/1"), { method: "DELETE", headers: { Origin: "https://elsewhere.example" } });
  assert.deepEqual([page.status, page.body.code], [403, "FORBIDDEN"]);
  const { host, port } = new URL(url("/"));
  const asked = (as: string) => rawHttp(url("/"), `GET /x/1 HTTP/1.1\r\nHost: ${as}\r\nConnection: close\r\n\r\n`);
  assert.match(await asked(`rebound.example:${port}`), /^HTTP\/1.1 403 [\s\S]*"FORBIDDEN"/);
  for (const own of [host, `localhost:${port}`, `[::1]:${port}`]) assert.match(await asked(own), /^HTTP\/1.1 200 /);
  const metrics = await (await fetch(url("/metrics"))).text();
  assert.match(metrics, /http_requests\{[^}]*route="\/x\/:id"[^}]*\} [1-9]/);
  assert.doesNotMatch(metrics, /\/x\/1/);
});

test("when our own client calls, then values that look like a way, a query or a fragment come through the path", async (context) => {
  const params = { id: { type: "string" }, q: "string|optional" };
  const { url, call } = await start(context, {
    find: {
      params: { id: { ...id, optional: true }, q: "string|optional" },
      expose: { rest: { route: ["GET /x/:id", "GET /x"], says: "found" } },
      handler: echo,
    },
    read: { params, expose: { rest: { route: "GET /y/:id", says: "read" } }, handler: echo },
    write: { params, expose: { rest: { route: "PUT /y/:id", says: "written" } }, handler: echo },
  });
  for (const text of [".", "..", "a/b", "?", "#", "%", "%2F", " ", "日本 💥", "\u0000\u001f", "+", ":id", ""]) {
    const given = { id: text, q: text };
    assert.deepEqual(await call("read", given), given, JSON.stringify(text));
    assert.deepEqual(await call("write", given), given, JSON.stringify(text));
  }
  assert.deepEqual(await call("find", { q: "x" }), { q: "x" }, "by the route whose path it can fill");
  assert.deepEqual(await call("find", { id: "1", unknown: "x" }), { id: "1" });
  await assert.rejects(call("read", { q: "x" }), { type: "VALIDATION_FAILED", message: 'The "id" field is required.' });
  await assert.rejects(call("read", { id: 7 }), {
    type: "VALIDATION_FAILED",
    message: 'The "id" field must be a string.',
  });
  await assert.rejects(call("read", { id: "x".repeat(20_000) }), { type: "VALIDATION_FAILED", message: /"id"/ });
  assert.match(
    await rawHttp(url("/"), "GET /y/%2E%2E HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    /"id":"\.\."/,
  );
});

test("when the caller gives up, then CANCELLED, and the action's signal is aborted", async (context) => {
  let signal: AbortSignal | undefined;
  const { call } = await start(context, {
    wait: {
      expose: { rest: { route: "GET /wait", says: "waited" } },
      handler: (ctx: Context) => {
        signal = ctx.options.signal;
        return new Promise((resolve) => signal?.addEventListener("abort", resolve));
      },
    },
  });
  const abort = new AbortController();
  const waits = call("wait", {}, abort.signal);
  await eventually(() => signal);
  abort.abort();
  await assert.rejects(waits, { type: "CANCELLED" });
  await eventually(() => signal?.aborted || undefined);
});

test("when a caller says that its time is over, then the work is told to stop at once, as over every protocol; what is no time is not looked at", async (context) => {
  const left: number[] = [];
  const { url } = await start(context, {
    left: {
      expose: { rest: { route: "GET /left", says: "told" } },
      handler: (ctx: Context) => left.push(ctx.options.timeout ?? 0),
    },
  });
  for (const given of ["0", "-7", "200", "soon", ""]) await send(url("/left"), { headers: { "X-Deadline": given } });
  const most = loadConfig({ NODE_ENV: "test" }).requestTimeout;
  assert.deepEqual(left, [1, 1, 200, most, most]);
});

test("when the mesh says that a node is gone, then who waits for its answer hears so at once", async (context) => {
  const begun: number[] = [];
  const handler = untilGivenUp([], begun);
  const { broker, call } = await start(context, {
    hang: { expose: { rest: { route: "POST /x", says: "x" } }, handler },
  });
  const hanging = call("hang", {});
  await eventually(() => begun[0]);
  broker.localBus.emit("$node.disconnected", { node: { metadata: broker.metadata } });
  await assert.rejects(hanging, { type: "SERVICE_UNAVAILABLE", message: "the node that had the request is gone" });
});
