import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Service } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { eventually } from "../../test/support/eventually.ts";
import { RawJsonRpc, type RpcAnswer } from "../../test/support/raw-json-rpc.ts";
import { MAX_ANSWER } from "../answer-size.ts";
import type { ConnectionLimits } from "./connection.ts";
import { type ActionOptions, Methods } from "./methods.ts";
import { Responder } from "./responder.ts";
import { defaultLimits, JsonRpcServer } from "./server.ts";

type Params = Record<string, unknown>;
type Handler = (params: Params, options: ActionOptions) => Promise<unknown>;

const params = { name: { type: "string" }, data: { type: "string" } };
const handlers: Record<string, Handler> = {
  echo: async (given) => given,
  late: async ({ wait }) => delay(Number(wait), "late"),
  fail: async () => {
    throw new CodedError("CONFLICT", "taken", { data: [{ field: "name" }] });
  },
  crash: async () => {
    throw new Error("password=hunter2");
  },
};

const cleanUps: (() => Promise<unknown>)[] = [];
after(() => Promise.all(cleanUps.map((cleanUp) => cleanUp())));

const service = (actions: Record<string, Handler>, expose: Record<string, object> = {}): Service =>
  ({
    name: "test",
    schema: {
      actions: Object.fromEntries(
        Object.keys(actions).map((name) => [name, { params, expose: { jsonRpc: true, ...expose[name] } }]),
      ),
    },
    actions,
  }) as unknown as Service;

async function serve(limits: Partial<ConnectionLimits> = {}, more: Record<string, Handler> = {}) {
  const responder = new Responder({
    methods: new Methods(
      service({ ...handlers, ...more }, { echo: { jsonRpc: { also: { "Go.Say": { says: "said {name}" } } } } }),
    ),
    node: "node-1",
    requestTimeout: 5_000,
    onError: () => undefined,
  });
  const server = new JsonRpcServer({
    host: "127.0.0.1",
    port: 0,
    responder,
    limits: { ...defaultLimits, message: 1 << 20, ...limits },
  });
  await server.listen();
  cleanUps.push(async () => server.close());
  const open = async () => {
    const client = await RawJsonRpc.open(server.port);
    cleanUps.push(() => client.close());
    return client;
  };
  return { server, open, client: await open() };
}

const call = (id: unknown, method = "test.echo", given: unknown = {}) => ({
  jsonrpc: "2.0",
  id,
  method,
  params: given,
});
const codesOf = ({ error }: RpcAnswer) => [error?.code, error?.data.code];

test("the examples of the specification of 2.0 are answered as it says", async () => {
  const subtract: Handler = async ({ minuend, subtrahend }) => Number(minuend) - Number(subtrahend);
  const { client } = await serve({}, { subtract });
  const given = { subtrahend: 23, minuend: 42 };
  assert.deepEqual(await client.ask({ jsonrpc: "2.0", method: "test.subtract", params: given, id: 3 }), {
    jsonrpc: "2.0",
    id: 3,
    result: 19,
  });
  assert.deepEqual(await client.ask(call("4", "test.subtract", [given])), { jsonrpc: "2.0", id: "4", result: 19 });
  assert.deepEqual(codesOf(await client.ask({ jsonrpc: "2.0", method: "foobar", id: "1" })), [
    -32601,
    "UNKNOWN_ACTION",
  ]);
  assert.deepEqual(codesOf(await client.ask({ jsonrpc: "2.0", method: 1, params: "bar" })), [
    -32600,
    "INVALID_REQUEST",
  ]);
  assert.deepEqual(codesOf(await client.ask([])), [-32600, "INVALID_REQUEST"]);
  const three = (await client.ask([1, 2, 3])) as unknown as RpcAnswer[];
  assert.deepEqual(
    three.map(({ id, error }) => [id, error?.code]),
    [
      [null, -32600],
      [null, -32600],
      [null, -32600],
    ],
  );
  const mixed = (await client.ask([
    call("1", "test.subtract", given),
    { jsonrpc: "2.0", method: "test.echo", params: {} },
    { foo: "boo" },
    call("5", "foo.get"),
    call("9", "test.echo", [{ a: 1 }]),
  ])) as unknown as RpcAnswer[];
  assert.deepEqual(
    mixed.map(({ id, result, error }) => [id, result ?? error?.code]),
    [
      ["1", 19],
      [null, -32600],
      ["5", -32601],
      ["9", { a: 1 }],
    ],
  );
});

test("when only notifications come, alone or in a batch, then they are done and nothing is answered", async () => {
  const seen: unknown[] = [];
  const { client } = await serve({}, { see: async (given) => seen.push(given.n) });
  const notify = (n: number) => ({ jsonrpc: "2.0", method: "test.see", params: { n } });
  client.write(notify(1));
  client.write([notify(2), notify(3)]);
  client.write({ jsonrpc: "2.0", method: "test.crash" });
  assert.equal((await client.ask(call(1))).id, 1);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(client.lines.length, 1);
});

test("when requests are pipelined, then each is answered when it is ready, under its id", async () => {
  const { client } = await serve();
  client.write(call("slow", "test.late", { wait: 100 }));
  client.write(`${JSON.stringify(call("a"))}${JSON.stringify(call("b"))} ${JSON.stringify(call(null), null, 2)}`);
  const answers = (await client.received(4)) as RpcAnswer[];
  assert.deepEqual(
    answers.map(({ id }) => id),
    ["a", "b", null, "slow"],
  );
});

test("when a request is of version 1.0, then so is the answer", async () => {
  const { client } = await serve();
  assert.deepEqual(await client.ask({ method: "test.echo", params: [{ a: 1 }], id: 0 }), {
    id: 0,
    result: { a: 1 },
    error: null,
  });
  assert.deepEqual(await client.ask({ method: "Go.Say", params: [{ Name: "x" }], id: 1 }), {
    id: 1,
    result: "said x",
    error: null,
  });
  assert.deepEqual(await client.ask({ method: "test.fail", params: [{}], id: { any: 1 } }), {
    id: { any: 1 },
    result: null,
    error: "taken",
  });
  assert.deepEqual(await client.ask({ method: "no.such", params: [{}], id: 2 }), {
    id: 2,
    result: null,
    error: 'there is no method "no.such"',
  });
  assert.deepEqual(await client.ask({ method: "test.echo", params: [1, 2], id: 3 }), {
    id: 3,
    result: null,
    error: 'positional "params" must be an array with one object',
  });
  client.write('{"method":"test.echo","params":[{}],"id":18446744073709551615}\n');
  const inexact = (await client.received(6)).at(-1) as RpcAnswer;
  assert.deepEqual([inexact.id, /JSON carries exactly/.test(String(inexact.error))], [null, true]);
  client.write({ method: "test.echo", params: [{}], id: null });
  assert.equal((await client.ask(call("next"))).id, "next");
  assert.equal(client.lines.length, 7);
});

test("when an action fails, then its code, its data and the node are told, and of what nobody foresaw nothing more", async () => {
  const { client } = await serve();
  assert.deepEqual((await client.ask(call(1, "test.fail"))).error, {
    code: -32009,
    message: "taken",
    data: { code: "CONFLICT", node: "node-1", data: [{ field: "name" }] },
  });
  const crash = await client.ask(call(2, "test.crash"));
  assert.deepEqual(codesOf(crash), [-32603, "INTERNAL"]);
  assert.ok(!JSON.stringify(crash).includes("hunter2"));
});

test("when something is no request, then -32600 says why, with the id where it is one, and the connection stays", async () => {
  const { client } = await serve();
  for (const [message, id, why] of [
    [1, null, /must be an object/],
    ['"text" ', null, /must be an object/],
    [{ jsonrpc: "1.1", method: "test.echo", id: 5 }, 5, /"jsonrpc" must be "2.0"/],
    [{ jsonrpc: "2.0", id: 6 }, 6, /"method"/],
    [call({ a: 1 }), null, /"id"/],
    ['{"jsonrpc":"2.0","id":9007199254740993,"method":"test.echo"}', null, /"id"/],
    [call(7, "test.echo", "text"), 7, /"params"/],
    [call(8, "test.echo", null), 8, /"params"/],
    [{ method: "test.echo", params: [{}] }, null, /"jsonrpc" is missing/],
  ] as const) {
    const answer = await client.ask(message);
    assert.deepEqual([answer.id, ...codesOf(answer)], [id, -32600, "INVALID_REQUEST"], JSON.stringify(message));
    assert.match(answer.error?.message ?? "", why);
  }
  for (const given of [[1], [{}, {}], [null], ["a"]]) {
    assert.deepEqual(codesOf(await client.ask(call(1, "test.echo", given))), [-32602, "VALIDATION_FAILED"]);
  }
  assert.deepEqual((await client.ask(call(2, "test.echo", []))).result, {});
});

test("when garbage comes, then what is in hand is answered, and the error, and the connection ends; others stay", async () => {
  const { client: other, open } = await serve();
  for (const garbage of ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", '{"a":}\n', "[1]]", Buffer.from([0x22, 0xff, 0x22])]) {
    const client = await open();
    client.write(call("before", "test.late", { wait: 50 }));
    client.socket.write(garbage);
    client.write(call("after"));
    await client.closed;
    const answers = client.answers.flat().filter(({ error }) => error?.code !== -32600);
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error?.code]),
      [
        [null, -32700],
        ["before", undefined],
      ],
      String(garbage),
    );
  }
  assert.equal((await other.ask(call(1))).id, 1);
});

test("when a client closes its side, then what it sent is answered before the connection ends", async () => {
  const { client, open } = await serve();
  client.write(call(1, "test.late", { wait: 50 }));
  client.socket.end(JSON.stringify(call(2)));
  await client.closed;
  assert.deepEqual(
    client.answers.map((answer) => (answer as RpcAnswer).id),
    [2, 1],
  );
  const cut = await open();
  cut.socket.end('{"jsonrpc":');
  await cut.closed;
  assert.deepEqual(codesOf(cut.answers[0] as RpcAnswer), [-32700, "MALFORMED_BODY"]);
});

test("when a message is too large, then it is refused under its id where that stands first, and the next is served", async () => {
  const { client } = await serve({ message: 1_000 });
  const large = (id: unknown, length: number) => call(id, "test.echo", { data: "x".repeat(length) });
  assert.deepEqual(codesOf(await client.ask(large(1, 2_000))), [-32013, "BODY_TOO_LARGE"]);
  assert.equal((client.answers[0] as RpcAnswer).id, 1);
  assert.equal((await client.ask(large("my-id", 5_000))).id, "my-id");
  const { id, jsonrpc, ...rest } = large(3, 2_000);
  assert.equal((await client.ask({ ...rest, jsonrpc, id })).id, null);
  assert.deepEqual((await client.ask(call(4, "test.echo", { a: 1 }))).result, { a: 1 });
  client.write(large(5, 100_000));
  await client.closed;
  assert.deepEqual(codesOf(client.answers.at(-1) as RpcAnswer), [-32700, "MALFORMED_BODY"]);
});

test("when the answers of a batch are too large together, then those that have no room say so", async () => {
  const large: Handler = async () => "x".repeat(MAX_ANSWER / 2);
  const { client } = await serve({}, { large });
  const answers = (await client.ask([1, 2, 3].map((id) => call(id, "test.large")))) as unknown as RpcAnswer[];
  const text = "x".repeat(MAX_ANSWER / 2);
  assert.deepEqual(
    answers.map(({ result, error }) => (result === text ? "there" : error?.data.code)),
    ["there", "INTERNAL", "INTERNAL"],
  );
});

test("when a batch is too long, then it is refused as one", async () => {
  const { client } = await serve();
  const batch = Array.from({ length: 101 }, (_, id) => call(id));
  assert.deepEqual(codesOf(await client.ask(batch)), [-32600, "INVALID_REQUEST"]);
  assert.equal(((await client.ask(batch.slice(1))) as unknown as RpcAnswer[]).length, 100);
});

test("when parameters are nested deeper than on any other protocol, then they are refused, however they are given", async () => {
  const { client } = await serve();
  const nested = (depth: number) => JSON.parse(`{"a":${"[".repeat(depth - 1)}1${"]".repeat(depth - 1)}}`) as object;
  assert.ok((await client.ask(call(1, "test.echo", nested(64)))).result);
  assert.ok((await client.ask(call(2, "test.echo", [nested(64)]))).result);
  assert.deepEqual(codesOf(await client.ask(call(3, "test.echo", nested(65)))), [-32700, "MALFORMED_BODY"]);
  assert.deepEqual(codesOf(await client.ask(call(4, "test.echo", [nested(65)]))), [-32700, "MALFORMED_BODY"]);
  client.write("[".repeat(100));
  await client.closed;
});

test("when a client has as much in hand as it may, then nothing more is read until something is answered", async () => {
  let most = 0;
  let now = 0;
  const count: Handler = async () => {
    most = Math.max(most, ++now);
    await delay(2);
    return now--;
  };
  const { client } = await serve({ inHand: 5 }, { count });
  client.write(Array.from({ length: 200 }, (_, id) => JSON.stringify(call(id, "test.count"))).join(""));
  const answers = (await client.received(200)) as RpcAnswer[];
  assert.equal(new Set(answers.map(({ id }) => id)).size, 200);
  assert.equal(most, 5);
});

test("when a client does not read its answers, then it is not read either, and loses its connection in the end", async () => {
  let calls = 0;
  const data = "x".repeat(100_000);
  const { client, server } = await serve({ unread: 300 }, { much: async () => `${calls++}${data}` });
  client.socket.pause();
  client.write(Array.from({ length: 2_000 }, (_, id) => JSON.stringify(call(id, "test.much"))).join(""));
  await eventually(() => server.connections === 0 || undefined);
  assert.ok(calls < 2_000, `${calls} calls were made`);
});

test("when a message stays incomplete, or a connection unused, for too long, then that is the end of it", async () => {
  const { client, open } = await serve({ partial: 100, idle: 800 });
  const idle = await open();
  client.write('{"jsonrpc":');
  await client.closed;
  assert.deepEqual(codesOf(client.answers[0] as RpcAnswer), [-32700, "MALFORMED_REQUEST"]);
  await idle.closed;
  assert.deepEqual(idle.lines, []);
});

test("when a request brings what this system's nodes send along, then id, node and time come back, and the deadline counts", async () => {
  const options: ActionOptions[] = [];
  const { client } = await serve({}, { note: async (_, given) => options.push(given) });
  const meta = { requestId: "my-request", deadline: 500 };
  const { meta: told, result } = await client.ask({ ...call(1, "test.note"), meta });
  assert.equal(result, 1);
  assert.deepEqual({ ...told, took: 0 }, { node: "node-1", requestId: "my-request", took: 0 });
  assert.equal(options[0]?.requestID, "my-request");
  assert.ok((options[0]?.timeout ?? 0) > 400 && (options[0]?.timeout ?? 0) <= 500);
  const late = await client.ask({ ...call(2, "test.note"), meta: { ...meta, deadline: 0 } });
  assert.deepEqual(codesOf(late), [-32054, "TIMEOUT"]);
  assert.equal(options.length, 1);
  await client.ask({ ...call(3, "test.note"), meta: { requestId: "<script>", deadline: "x" } });
  assert.match(options[1]?.requestID ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(options[1]?.timeout, undefined);
});

test("when a client goes, then what works for it is told", async () => {
  let signal: AbortSignal | undefined;
  const wait: Handler = async (_, options) => {
    signal = options.signal;
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  };
  const { client } = await serve({}, { wait });
  client.write({ ...call(1, "test.wait"), meta: {} });
  await eventually(() => signal);
  await client.close();
  await eventually(() => signal?.aborted || undefined);
  assert.equal((signal?.reason as CodedError | undefined)?.type, "CANCELLED");
});

test("when a client cancels a request by its id, then the work is told and the answer says CANCELLED; nothing else ends", async () => {
  const untilAborted: Handler = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
  const { client } = await serve({}, { untilAborted });
  const cancel = (id: unknown) => ({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } });
  client.write(call(7, "test.untilAborted"));
  client.write(call("7", "test.untilAborted"));
  for (const id of ["none", undefined, 7]) client.write(cancel(id));
  const [answer] = (await client.received(1)) as RpcAnswer[];
  assert.deepEqual([answer?.id, ...codesOf(answer as RpcAnswer)], [7, -32055, "CANCELLED"]);
  client.write(cancel(7));
  client.write({ jsonrpc: "2.0", method: "$/cancelRequest" });
  assert.equal((await client.ask(call(7))).id, 7, "a cancellation that came late is nobody else's");
  assert.equal(client.lines.length, 2);
});

test("when the server drains, then no connection is taken, and what is in hand is answered", async () => {
  const { client, server, open } = await serve();
  const [idle, knowing] = [await open(), await open()];
  await knowing.ask({ ...call(1), meta: {} });
  client.write(call(1, "test.late", { wait: 200 }));
  await eventually(() => server.inHand === 1 || undefined);
  const drained = server.drain();
  await idle.closed;
  assert.deepEqual(idle.lines, []);
  assert.deepEqual(await knowing.ask(""), { jsonrpc: "2.0", method: "rpc.closing" });
  assert.deepEqual((await knowing.ask(call(2))).result, {}, "what was under way when it heard of it");
  knowing.socket.end();
  await drained;
  assert.equal((client.answers[0] as RpcAnswer).result, "late");
  await assert.rejects(open());
});

test("when two actions have one name, then the service does not start, and the line says which", () => {
  const also = { jsonRpc: { also: { "Go.Say": { says: "x" } } } };
  const made = () => new Methods(service({ a: async () => 1, b: async () => 2 }, { a: also, b: also }));
  assert.throws(made, /^Error: test\.b: expose\.jsonRpc: another action has the method "Go\.Say" already$/);
});

test("when clients begin messages and finish none, then those that have been coming longest are given up, and others are served", async () => {
  const { open, client } = await serve();
  const begun = `{"jsonrpc":"2.0","id":1,"method":"test.echo","params":{"name":"${"x".repeat(1_000_000)}`;
  const stalled = await Promise.all(Array.from({ length: 80 }, open));
  for (const one of stalled) one.write(begun);
  const [refused] = await Promise.race(stalled.map((one) => one.received(1)));
  assert.deepEqual(codesOf(refused as RpcAnswer), [-32050, "OVERLOADED"]);
  assert.deepEqual((await client.ask(call(2, "test.echo", { name: "a", data: "b" }))).result, { name: "a", data: "b" });
});

test("when a result has what is no parameter filled in, then the service does not start, and the line says which", () => {
  const also = { jsonRpc: { also: { "Go.Say": { says: "said {nmae}" } } } };
  const made = () => new Methods(service({ a: async () => 1 }, { a: also }));
  assert.throws(made, /^Error: test\.a: expose\.jsonRpc: "said \{nmae\}": \{nmae\} is no parameter$/);
});
