import assert from "node:assert/strict";
import { type ClientHttp2Stream, connect, constants, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { Server } from "@grpc/grpc-js";
import { eventually } from "../../test/support/eventually.ts";
import { call, startGrpc } from "../../test/support/grpc-node.ts";
import { Coming } from "./coming.ts";

const unary = "/logs.LogService/WriteLog";
const streamed = "/logs.LogService/WriteLogs";

/** A message of so many bytes without its last ones. */
function begun(size: number, missing: number): Buffer {
  const message = Buffer.alloc(5 + size - missing, 1);
  message.writeUInt8(0, 0);
  message.writeUInt32BE(size, 1);
  return message;
}

/** Opens calls by hand. */
function caller(context: TestContext, address: string) {
  const session = connect(`http://${address}`);
  session.on("error", () => undefined);
  context.after(() => session.destroy());
  return (path: string, bytes: Buffer): ClientHttp2Stream => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => undefined);
    stream.write(bytes);
    return stream;
  };
}

for (const path of [unary, streamed]) {
  test(`when clients begin requests and finish none, then those that have been coming longest are given up, and others are served: ${path}`, async (context) => {
    const { address, broker, client } = await startGrpc(context, {
      write: {
        expose: {
          grpc: [
            { rpc: "logs.LogService/WriteLog", params: "logEntry" },
            { rpc: "logs.LogService/WriteLogs", params: "logEntry", value: "written" },
          ],
        },
        handler: () => ({ id: "1" }),
      },
    });
    const open = caller(context, address);
    const stalled = Array.from({ length: 80 }, () => open(path, begun(1_000_000, 10)));
    await eventually(() => stalled[0]?.closed || undefined);
    assert.equal(stalled[0]?.rstCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    assert.equal((await client.call("logger.write", { name: "a", data: "" }, call())).node, broker.nodeID);
    const left = stalled.filter((stream) => !stream.closed);
    assert.ok(left.length > 0, "there was room for some");
    for (const stream of left) stream.close(constants.NGHTTP2_CANCEL);
  });
}

/** An HTTP/2 server that answers nothing, looked at by hand, and how many bytes it read. */
async function watched(context: TestContext) {
  const server = createServer();
  let read = 0;
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => {
      read += chunk.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const coming = new Coming({ http2Servers: new Map([[server, {}]]) } as unknown as Server);
  context.after(() => {
    coming.close();
    server.close();
  });
  const open = caller(context, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { open, in: (ms: number) => coming.watch(performance.now() + ms), read: () => read };
}

test("when a message is not there whole after 30 s, then its call is given up", async (context) => {
  const { open, in: later, read } = await watched(context);
  const calls = [open(unary, begun(100, 10)), open(streamed, begun(100, 10))];
  await eventually(() => read() === 190 || undefined);
  later(29_000);
  assert.deepEqual(
    calls.map(({ closed }) => closed),
    [false, false],
  );
  later(31_000);
  await eventually(() => calls.every(({ closed }) => closed) || undefined);
  for (const { rstCode } of calls) assert.equal(rstCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

test("when a stream of requests waits between two messages, then it may wait as long as it likes", async (context) => {
  const { open, in: later, read } = await watched(context);
  const stream = open(streamed, begun(100, 10));
  await eventually(() => read() === 95 || undefined);
  stream.write(Buffer.alloc(10));
  await eventually(() => read() === 105 || undefined);
  later(3_600_000);
  const late = open(unary, begun(100, 10));
  await eventually(() => read() === 200 || undefined);
  later(31_000);
  await eventually(() => late.closed || undefined);
  assert.equal(stream.closed, false);
});
