import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { PipeSocket } from "../../test/support/pipe-socket.ts";
import { encode, encodeHello, type Heard, Listener } from "../../test/support/wire-client.ts";
import { Broker } from "../broker/broker.ts";
import type { MethodArguments, MethodName, MethodOf } from "../codec/method-codec.ts";
import { resolveOptions } from "../options.ts";
import { Connection } from "./connection.ts";

let socket: PipeSocket;
let broker: Broker;

beforeEach(async () => {
  socket = new PipeSocket();
  broker = new Broker(resolveOptions({}));
  new Connection(socket.asSocket(), broker, () => {});
  socket.push(encodeHello());
  for (const channel of [1, 2]) socket.push(encode(channel, "channel.open", {}));
  await heard();
  await say("queue.declare", { queue: "q", ...flags, arguments: new Map() });
});

const flags = { passive: false, durable: false, exclusive: false, autoDelete: false, nowait: false };
const queue = () => {
  const found = broker.vhosts.get("/")?.queues.get("q");
  assert(found);
  return found;
};

async function heard(): Promise<Heard[]> {
  await turn();
  const said: Heard[] = [];
  new Listener((method) => said.push(method)).push(Buffer.concat(socket.written.splice(0)));
  return said;
}

async function say<N extends MethodName>(name: N, values: MethodArguments<N>, channel = 1): Promise<string[]> {
  socket.push(encode(channel, name, values));
  return (await heard()).map(({ method }) => method.name);
}

function publish(body: string, exchange = "", channel = 1): void {
  const target = { exchange, routingKey: "q", mandatory: false, immediate: false };
  socket.push(encode(channel, "basic.publish", target, { body }));
}

const consume = () => {
  const options = { noLocal: false, noAck: false, exclusive: false, nowait: false, arguments: new Map() };
  return say("basic.consume", { queue: "q", consumerTag: "c", ...options }, 2);
};

describe("a channel", () => {
  it("that makes a mistake is closed alone, and drops what comes until the client has seen it", async () => {
    publish("lost", "nowhere");
    publish("dropped");
    const [{ method } = { method: undefined }, ...more] = await heard();
    const { name, replyCode, classId, methodId } = method as MethodOf<"channel.close">;
    assert.deepEqual([name, replyCode, classId, methodId, more.length], ["channel.close", 404, 60, 40, 0]);
    publish("kept", "", 2);
    await turn();
    assert.equal(queue().ready, 1);
    assert.deepEqual(await say("channel.close-ok", {}), []);
    assert.deepEqual(await say("channel.open", {}), ["channel.open-ok"]);
  });

  it("that closes gives back what it holds, in the old order", async () => {
    for (const body of ["a", "b", "c"]) publish(body);
    assert.deepEqual(await consume(), ["basic.consume-ok", "basic.deliver", "basic.deliver", "basic.deliver"]);
    assert.equal(queue().unacked, 3);
    const goodbye = { replyCode: 200, replyText: "", classId: 0, methodId: 0 };
    assert.deepEqual(await say("channel.close", goodbye, 2), ["channel.close-ok"]);
    assert.deepEqual([queue().ready, queue().unacked, queue().consumers.size], [3, 0, 0]);
    const first = queue().get();
    assert.deepEqual([first?.message.body.toString(), first?.redelivered], ["a", true]);
  });

  it("confirms what came together with one acknowledgement", async () => {
    await say("confirm.select", { nowait: false });
    const target = { exchange: "", routingKey: "q", mandatory: false, immediate: false };
    socket.push(Buffer.concat(["a", "b", "c"].map((body) => encode(1, "basic.publish", target, { body }))));
    const acks = (await heard()).map(({ method }) => method as MethodOf<"basic.ack">);
    assert.deepEqual(
      acks.map(({ name, deliveryTag, multiple }) => [name, deliveryTag, multiple]),
      [["basic.ack", 3, true]],
    );
  });

  it("tells a consumer that its queue is gone", async () => {
    await consume();
    const told = await say("queue.delete", { queue: "q", ifUnused: false, ifEmpty: false, nowait: false });
    assert.deepEqual(told.sort(), ["basic.cancel", "queue.delete-ok"]);
  });
});
