import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Client, credentials, status } from "@grpc/grpc-js";
import { loadConfig } from "../../../config/load.ts";
import { type Code, codes } from "../../../errors/codes.ts";
import type { CodedError } from "../../../errors/index.ts";
import { prometheusText } from "../../../node/metrics.ts";
import { type Node, startServices } from "../../../node/node.ts";
import { AmqpClient } from "../../../protocols/amqp/client.ts";
import { MAX_ANSWER, MAX_RECEIVED } from "../../../protocols/answer-size.ts";
import type { CallOptions, ProtocolClient } from "../../../protocols/client.ts";
import { endpointsOf } from "../../../protocols/endpoints.ts";
import { GrpcClient } from "../../../protocols/grpc/client.ts";
import { JsonRpcClient } from "../../../protocols/json-rpc/client.ts";
import { MeshClient } from "../../../protocols/mesh/client.ts";
import { showCalls } from "../../../protocols/metrics.ts";
import { protocols } from "../../../protocols/protocol.ts";
import { RestClient } from "../../../protocols/rest/client.ts";
import { plainClient } from "../../support/amqp-client.ts";
import { anyPort } from "../../support/any-port.ts";
import { eventually } from "../../support/eventually.ts";
import { ended } from "../../support/grpc.ts";
import { begun, Probe } from "../../support/probe/probes.ts";
import { startBroker } from "../../support/rabbitmq.ts";
import { RawJsonRpc } from "../../support/raw-json-rpc.ts";

let amqp: Awaited<ReturnType<typeof startBroker>>;
let caller: Node;
/** Two replicas of `probe`, */
let probes: readonly Probe[];
/** and the only node of `alone`. */
let alone: Probe;
let clients: ReadonlyMap<string, ProtocolClient>;

before(async () => {
  amqp = await startBroker();
  const environment = {
    ...process.env,
    ...anyPort,
    NODE_ENV: "test",
    LOG_LEVEL: "fatal",
    NAMESPACE: randomUUID(),
    RABBIT_URL: amqp.url,
    BODY_LIMIT: "100000",
    REQUEST_TIMEOUT: "20000",
  };
  const replicas = [Probe.start("probe", environment), Probe.start("probe", environment)];
  [probes, alone, caller] = await Promise.all([
    Promise.all(replicas),
    Probe.start("alone", environment),
    startServices("caller", [], loadConfig(environment, [])),
  ]);
  await caller.joined;
  const { broker } = caller;
  const made = [RestClient, JsonRpcClient, GrpcClient, AmqpClient, MeshClient].map((Client) => new Client(broker));
  clients = new Map(made.map((client) => [client.protocol, client]));
  for (const client of made) showCalls(broker, client);
  const nodes = () => broker.registry.getNodeList({ onlyAvailable: true, withServices: false }) as unknown as object[];
  await eventually(() => nodes().length === 4 || undefined);
});
after(async () => {
  await Promise.all([...(clients?.values() ?? [])].map((client) => client.close()));
  await Promise.all([...(probes ?? []), alone].map((probe) => probe?.kill()));
  await caller?.stop();
  await amqp?.stop();
});

const options = (more: Partial<CallOptions> = {}): CallOptions => ({
  deadline: 5_000,
  requestId: "conformance",
  ...more,
});

/** What comes back, in a form that is the same on every protocol. */
type Outcome = { readonly value: unknown } | { readonly code: Code; readonly message: string; readonly data: unknown };

const outcome = (protocol: string, operation: string, params: object, given = options()): Promise<Outcome> => {
  const client = clients.get(protocol) ?? assert.fail(`no ${protocol}`);
  return client.call(operation, params, given).then(
    ({ value }) => ({ value }),
    ({ type: code, message, data }: CodedError) => ({ code, message, data }),
  );
};
const onAll = async (ask: (protocol: string) => Promise<Outcome>): Promise<Record<string, Outcome>> =>
  Object.fromEntries(await Promise.all(protocols.map(async (protocol) => [protocol, await ask(protocol)] as const)));
const all = (expected: unknown) => Object.fromEntries(protocols.map((protocol) => [protocol, expected]));

describe("a value comes back as it was sent", () => {
  const texts = {
    "nothing in it": "",
    "what is not ASCII": "é ß 漢字 \u{1F600} \u{FEFF}",
    "control characters": "\0\x01\x1f\x7f\u2028\u2029\r\n\t",
    "what looks like a message": '{"jsonrpc":"2.0","id":1}\n\r\n\r\nHTTP/1.1 200 OK',
    "binary as base64": Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("base64"),
    "the longest that is taken": "x".repeat(90_000),
  };
  for (const [what, data] of Object.entries(texts)) {
    test(what, async () => {
      const params = { id: what, name: data.slice(0, 50), data };
      assert.deepEqual(await onAll((protocol) => outcome(protocol, "probe.echo", params)), all({ value: params }));
    });
  }
});

describe("bad parameters are refused in the same words", () => {
  const cases: Record<string, [object, Code, string]> = {
    "a field is missing": [{ name: "a" }, "VALIDATION_FAILED", 'The "id" field is required.'],
    "a field is null": [{ id: null }, "VALIDATION_FAILED", 'The "id" field is required.'],
    "a field is a number": [{ id: 1 }, "VALIDATION_FAILED", 'The "id" field must be a string.'],
    "a field is an object": [{ id: "a", data: {} }, "VALIDATION_FAILED", 'The "data" field must be a string.'],
    "a field is too long": [
      { id: "x".repeat(101) },
      "VALIDATION_FAILED",
      'The "id" field length must be less than or equal to 100 characters long.',
    ],
    "an array": [[{ id: "a" }], "MALFORMED_BODY", "the body must be a JSON object"],
    "a text": ["id" as unknown as object, "MALFORMED_BODY", "the body must be a JSON object"],
    "too large": [
      { id: "a", data: "x".repeat(200_000) },
      "BODY_TOO_LARGE",
      "the body must not be larger than 100000 bytes",
    ],
  };
  for (const [what, [params, code, message]] of Object.entries(cases)) {
    test(what, async () => {
      const outcomes = await onAll((protocol) => outcome(protocol, "probe.echo", params));
      for (const [protocol, got] of Object.entries(outcomes)) {
        assert.deepEqual({ ...got, data: undefined }, { code, message, data: undefined }, protocol);
      }
    });
  }
});

test("the largest answer comes back; a larger one is refused by the node, in the same words, and the connection serves on", async () => {
  const ask = (size: number) => (protocol: string) =>
    outcome(protocol, "probe.large", { name: "", data: String(size) }, options({ deadline: 20_000 }));
  const largest = MAX_ANSWER - 1_000;
  const outcomes = await onAll(ask(largest));
  for (const [protocol, got] of Object.entries(outcomes)) {
    assert.equal("value" in got ? (got.value as { id: string }).id.length : got, largest, protocol);
  }
  const message = `the answer is larger than ${MAX_ANSWER} bytes: ask for less`;
  for (const size of [MAX_ANSWER + 20_000, MAX_RECEIVED + 1_000_000]) {
    const beside = onAll((protocol) => outcome(protocol, "probe.echo", { id: "beside" }));
    assert.deepEqual(await onAll(ask(size)), all({ code: "INTERNAL", message, data: undefined }));
    assert.deepEqual(await beside, all({ value: { id: "beside", name: "", data: "" } }));
  }
});

test("every code comes back as itself, with its message and data", async () => {
  for (const code of Object.keys(codes)) {
    const message = `it is "${code}": é\u{1F600}`;
    assert.deepEqual(
      await onAll((protocol) => outcome(protocol, "probe.fail", { id: code })),
      all({ code, message, data: { field: "id", given: code } }),
    );
  }
  const unforeseen = { code: "INTERNAL", message: "something went wrong on our side", data: undefined };
  assert.deepEqual(await onAll((protocol) => outcome(protocol, "probe.fail", { id: "no code" })), all(unforeseen));
});

test("when the operation is unknown, then no node offers it", async () => {
  const absent = { code: "SERVICE_UNAVAILABLE", message: "no node offers this operation now", data: undefined };
  for (const operation of ["probe.nothing", "nobody.echo", "toString"]) {
    assert.deepEqual(await onAll((protocol) => outcome(protocol, operation, {})), all(absent));
  }
});

const aborted = (id: string) =>
  eventually(() => probes.map((probe) => probe.aborted.get(id)).find((code) => code !== undefined));

test("when it is too late, then TIMEOUT, and the work is told to stop", async () => {
  const late = { code: "TIMEOUT", message: "the operation did not answer in time", data: undefined };
  const ask = (protocol: string) =>
    outcome(protocol, "probe.wait", { id: `late ${protocol}` }, options({ deadline: 500 }));
  assert.deepEqual(await onAll(ask), all(late));
  for (const protocol of protocols) assert.match(await aborted(`late ${protocol}`), /TIMEOUT|CANCELLED/);
});

test("when the caller gives up, then CANCELLED at once, and the work is told to stop", async () => {
  const gaveUp = { code: "CANCELLED", message: "the caller gave up", data: undefined };
  const ask = async (protocol: string) => {
    const id = `cancelled ${protocol}`;
    const abort = new AbortController();
    const asked = outcome(protocol, "probe.wait", { id }, options({ signal: abort.signal }));
    await begun(probes, id);
    abort.abort();
    return asked;
  };
  assert.deepEqual(await onAll(ask), all(gaveUp));
  for (const protocol of protocols) assert.equal(await aborted(`cancelled ${protocol}`), "CANCELLED");
  const before = (protocol: string) =>
    outcome(protocol, "probe.wait", { id: `never ${protocol}` }, options({ signal: AbortSignal.abort() }));
  assert.deepEqual(await onAll(before), all(gaveUp));
  assert.ok(!probes.some((probe) => protocols.some((protocol) => probe.begun.has(`never ${protocol}`))));
});

test("replicas share the calls evenly", async () => {
  const both = probes.map(({ node }) => node).sort();
  for (const [protocol, client] of clients) {
    const served: string[] = [];
    for (let call = 0; call < 20; call++) {
      served.push((await client.call("probe.echo", { id: "a" }, options())).node ?? "unknown");
    }
    assert.deepEqual([...new Set(served)].sort(), both, protocol);
    for (const node of both) {
      const share = served.filter((each) => each === node).length;
      assert.ok(share >= 8 && share <= 12, `${protocol}: ${share} of 20 calls`);
    }
  }
});

for (const protocol of protocols) {
  test(`${protocol}: calls, errors, bytes at the sockets and times are counted, and shown among the metrics`, async () => {
    const { counters } = clients.get(protocol) ?? assert.fail();
    const { calls, errors, sent, received } = counters;
    const data = randomBytes(30_000).toString("base64");
    await outcome(protocol, "probe.echo", { id: "counted", data });
    await outcome(protocol, "probe.echo", { id: 1 });
    assert.deepEqual([counters.calls - calls, counters.errors - errors, counters.inFlight], [2, 1, 0]);
    for (const bytes of [counters.sent - sent, counters.received - received]) {
      // The mesh's transporter carries more than calls.
      const most = data.length + (protocol === "mesh" ? 200_000 : 20_000);
      assert.ok(bytes > data.length && bytes < most, `${bytes} bytes`);
    }
    assert.equal(counters.latency.count, counters.calls);
    assert.ok(counters.latency.max >= 500_000, "the call that was too late, in microseconds");
    const metrics = await prometheusText(caller.broker);
    const shown = (name: string) =>
      Number(new RegExp(`^client_${name}\\{.*protocol="${protocol}".*\\} ([\\d.]+)$`, "m").exec(metrics)?.[1]);
    const { failures } = counters;
    assert.ok(failures > 0 && failures < counters.errors, `${failures} of ${counters.errors} errors`);
    assert.deepEqual(
      [shown("calls"), shown("errors"), shown("failures")],
      [counters.calls, counters.errors, counters.failures],
    );
    assert.ok(shown("latency") > 0 && shown("bytes_sent") > data.length);
  });
}

test("when a node is killed with calls in hand that may be done twice, then another does them", async () => {
  const [doomed, other] = probes as [Probe, Probe];
  const ids = (protocol: string) => [1, 2].map((call) => `killed ${protocol} ${call}`);
  const asked = protocols.flatMap((protocol) =>
    ids(protocol).map((id) => outcome(protocol, "probe.wait", { id }, options({ deadline: 20_000 }))),
  );
  const inHand = await Promise.all(protocols.flatMap(ids).map((id) => begun(probes, id)));
  assert.equal(inHand.filter((probe) => probe === doomed).length, protocols.length, "one of two over each protocol");
  await doomed.kill();
  for (const id of protocols.flatMap(ids)) {
    await begun([other], id);
    other.release(id);
  }
  const released = protocols.flatMap(ids).map((id) => ({ value: { id, name: "", data: "released" } }));
  assert.deepEqual(await Promise.all(asked), released);
});

/** What protocols cannot do alike, and why; docs/architecture.md lists the same. */
describe("where protocols differ", () => {
  test("half a surrogate pair is U+FFFD over gRPC, whose texts are UTF-8, and itself elsewhere", async () => {
    const params = { id: "half", name: "", data: "a\ud800b\udc00" };
    assert.deepEqual(await onAll((protocol) => outcome(protocol, "alone.echo", params)), {
      ...all({ value: params }),
      grpc: { value: { ...params, data: "a\ufffdb\ufffd" } },
    });
  });

  test("what is malformed is MALFORMED_BODY; over gRPC the library refuses it before anyone, and the mesh has no foreign callers", async () => {
    const at = (protocol: "rest" | "json-rpc" | "grpc") =>
      new URL(endpointsOf(caller.broker, protocol, "alone.echo")[0]?.address ?? "");
    const rest = await fetch(new URL("/echo", at("rest")), { method: "POST", body: '{"id": "a"' });
    assert.deepEqual([rest.status, ((await rest.json()) as { code: string }).code], [400, "MALFORMED_BODY"]);

    const raw = await RawJsonRpc.open(Number(at("json-rpc").port));
    assert.equal((await raw.ask('{"jsonrpc":"2.0","id":1,]\n')).error?.data.code, "MALFORMED_BODY");
    await raw.close();

    const plain = await plainClient(amqp.url);
    const queue = endpointsOf(caller.broker, "amqp", "alone.echo")[0]?.address ?? "";
    const reply = await plain.ask(queue, '{"id": "a"', { type: "alone.echo" });
    assert.equal(reply.headers["x-error-code"], "MALFORMED_BODY");
    await plain.stop();

    const grpc = new Client(at("grpc").host, credentials.createInsecure());
    const same = (bytes: Buffer) => bytes;
    const { error } = await ended<Buffer>((callback) =>
      grpc.makeUnaryRequest("/logs.LogService/UpdateLog", same, same, Buffer.from([0x0a, 0xff]), callback as never),
    );
    assert.equal(error?.code, status.INTERNAL);
    grpc.close();
  });

  test("when the last node is killed, then it is known at once where there is a connection to it; a queue keeps the call for the next", async () => {
    const last = probes.slice(1) as [Probe];
    const isQueued = (protocol: string) => protocol === "amqp" || protocol === "mesh";
    const ask = (protocol: string) =>
      outcome(
        protocol,
        "probe.wait",
        { id: `lost ${protocol}` },
        options({ deadline: isQueued(protocol) ? 5_000 : 20_000 }),
      );
    const asked = onAll(ask);
    await Promise.all(protocols.map((protocol) => begun(last, `lost ${protocol}`)));
    await last[0].kill();
    const codes = Object.entries(await asked).map(([protocol, got]) => [protocol, "code" in got ? got.code : got]);
    assert.deepEqual(Object.fromEntries(codes), {
      ...all("SERVICE_UNAVAILABLE"),
      amqp: "TIMEOUT",
      mesh: "TIMEOUT",
    });
  });
});

test("when the last node leaves, then no node offers its operations", async () => {
  assert.ok("value" in (await outcome("mesh", "alone.echo", { id: "there" })));
  await alone.stop();
  const absent = { code: "SERVICE_UNAVAILABLE", message: "no node offers this operation now", data: undefined };
  assert.deepEqual(await onAll((protocol) => outcome(protocol, "alone.echo", { id: "gone" })), all(absent));
});
