import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { PipeSocket } from "../../test/support/pipe-socket.ts";
import { encode, encodeHello, type Heard, Listener, protocolHeader } from "../../test/support/wire-client.ts";
import { Broker } from "../broker/broker.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import { resolveOptions } from "../options.ts";
import { Connection } from "./connection.ts";

let socket: PipeSocket;
let connection: Connection;
let closed: number;

beforeEach(() => {
  socket = new PipeSocket();
  closed = 0;
  connection = new Connection(socket.asSocket(), new Broker(resolveOptions({})), () => closed++);
});

/** What the server said since the last call. */
async function heard(): Promise<Heard[]> {
  await turn();
  const said: Heard[] = [];
  new Listener((method) => said.push(method)).push(Buffer.concat(socket.written.splice(0)));
  return said;
}

async function say(bytes: Buffer): Promise<string[]> {
  socket.push(bytes);
  return (await heard()).map(({ method }) => method.name);
}

describe("a connection", () => {
  it("answers another protocol's header with its own, and ends", async () => {
    socket.push(Buffer.from("GET / HTTP/1.1\r\n"));
    await turn();
    assert.deepEqual(Buffer.concat(socket.written), protocolHeader);
    assert(socket.writableEnded);
  });

  it("opens through the handshake, and takes channels then", async () => {
    const steps = ["connection.start", "connection.tune", "connection.open-ok", "channel.open-ok"];
    assert.deepEqual(await say(Buffer.concat([encodeHello(), encode(7, "channel.open", {})])), steps);
    assert.equal(connection.session.user, "guest");
    assert.deepEqual([...connection.channels.keys()], [7]);
  });

  it("hangs up without a word on a wrong password, unless the client understands the reason", async () => {
    const hello = encodeHello({ password: "wrong", clientProperties: new Map() });
    assert.deepEqual(await say(hello.subarray(0, protocolHeader.length)), ["connection.start"]);
    assert.deepEqual(await say(hello.subarray(protocolHeader.length)), []);
    assert.equal(closed, 1);
  });

  it("names the code and the method when a client breaks the rules, and lets its channels go", async () => {
    await say(Buffer.concat([encodeHello(), encode(1, "channel.open", {})]));
    socket.push(encode(2, "basic.qos", { prefetchSize: 0, prefetchCount: 1, global: false }));
    const [{ method } = { method: undefined }] = await heard();
    const { replyCode, classId, methodId } = method as MethodOf<"connection.close">;
    assert.deepEqual([replyCode, classId, methodId], [504, 60, 10]);
    assert.equal(connection.channels.size, 0);
  });

  it("takes its leave with a reason, says nothing more, and is gone when the client agrees", async () => {
    await say(encodeHello());
    connection.close(new AmqpError("CONNECTION_FORCED", "the server goes"));
    connection.send(0, "connection.unblocked", {});
    assert.deepEqual(
      (await heard()).map(({ method }) => method.name),
      ["connection.close"],
    );
    await say(encode(0, "connection.close-ok", {}));
    assert(socket.writableEnded);
  });

  it("is told to the server once when it ends, however often it breaks", async () => {
    socket.emit("error", new Error("reset"));
    connection.drop();
    await turn();
    assert.equal(closed, 1);
  });
});
