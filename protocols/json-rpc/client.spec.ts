import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { CodedError } from "../../errors/index.ts";
import { eventually } from "../../test/support/eventually.ts";
import { isCoded } from "../../test/support/grpc-node.ts";
import { callerOf, operation } from "../../test/support/strange-nodes.ts";
import { answerTooLarge, MAX_RECEIVED } from "../answer-size.ts";
import { JsonRpcClient } from "./client.ts";

/** A node that does with each connection what the test says. */
async function listen(context: TestContext, connected: (socket: Socket) => void, pauseOnConnect = false) {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect, allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on("error", () => undefined));
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

async function clientOf(context: TestContext, addresses: Record<string, string>) {
  const broker = await callerOf(context, "json-rpc", addresses);
  const client = new JsonRpcClient(broker);
  context.after(() => client.close());
  const ask = (deadline: number) => client.call(operation, { id: "1" }, { deadline, requestId: "json-rpc" });
  const giveUp = async () => {
    const abort = new AbortController();
    const options = { deadline: 30_000, requestId: "json-rpc", signal: abort.signal };
    const asked = client.call(operation, { id: "x".repeat(1_000_000) }, options);
    setImmediate(() => abort.abort());
    return asked.then(
      () => assert.fail("it was answered"),
      ({ type }: CodedError) => type,
    );
  };
  return { broker, ask, giveUp };
}

const ids = (chunk: Buffer): number[] =>
  chunk
    .toString()
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: number }).id);
const answer = (id: number, text = "") => `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(text)}}\n`;

test("when one answer is too large, then only its call fails, and those beside it are answered over the same connection", async (context) => {
  const { address, sockets } = await listen(context, (socket) => {
    const asked: number[] = [];
    socket.on("data", (chunk: Buffer) => {
      asked.push(...ids(chunk));
      const [large = 0, small = 0] = asked;
      if (asked.length < 2) return;
      socket.write(answer(large, "x".repeat(MAX_RECEIVED)));
      socket.write(answer(small, "small"));
    });
  });
  const { ask } = await clientOf(context, { node: address });
  const [large, small] = await Promise.allSettled([ask(10_000), ask(10_000)]);
  assert.deepEqual(large.status === "rejected" && large.reason.message, answerTooLarge().message);
  assert.equal(small.status === "fulfilled" && small.value.value, "small");
  assert.equal(sockets.length, 1);
});

test("when a node is silent and is then gone, then what was asked over its former connections is asked of another at once", async (context) => {
  const silent = await listen(context, () => undefined);
  const other = await listen(context, (socket) =>
    socket.on("data", (chunk: Buffer) => {
      for (const id of ids(chunk)) socket.write(answer(id, "other"));
    }),
  );
  const { broker, ask } = await clientOf(context, { silent: silent.address, other: other.address });
  const first = ask(30_000);
  assert.equal((await ask(5_000)).node, "other");
  await assert.rejects(ask(50), isCoded("TIMEOUT"));
  assert.equal((await ask(5_000)).node, "other");
  const overTheNext = ask(30_000);
  await eventually(() => silent.sockets.length === 2 || undefined);
  const metadata = { endpoints: { "json-rpc": silent.address } };
  broker.localBus.emit("$node.disconnected", { node: { metadata } });
  assert.deepEqual([(await first).node, (await overTheNext).node], ["other", "other"]);
});

test("when a node does not even read, then the connection is gone as soon as nobody waits for its answers", async (context) => {
  const { address, sockets } = await listen(context, () => undefined, true);
  const { ask } = await clientOf(context, { node: address });
  const open = () => process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length;
  const before = open();
  const asked = ask(200);
  await eventually(() => sockets[0]);
  assert.equal(open(), before + 2, "both ends of it");
  await assert.rejects(asked, isCoded("TIMEOUT"));
  await eventually(() => open() === before + 1 || undefined);
});

test("when a node does not read and calls are given up one after the other, then what lies at the socket is bounded", async (context) => {
  const { address, sockets } = await listen(context, () => undefined, true);
  const { ask, giveUp } = await clientOf(context, { node: address });
  const kept = ask(30_000);
  kept.catch(() => undefined); // It keeps the connection from being left.
  await eventually(() => sockets[0]);
  const codes: string[] = [];
  while (codes.at(-1) !== "OVERLOADED" && codes.length < 200) codes.push(await giveUp());
  assert.equal(codes.at(-1), "OVERLOADED");
  assert.ok(codes.length > 64, `${codes.length} MB`);
});
