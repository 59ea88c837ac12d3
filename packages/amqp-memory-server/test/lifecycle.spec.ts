import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import amqplib from "amqplib";
import { longstr } from "../src/codec/fields.ts";
import { AmqpMemoryServer, AmqpMemoryServerError, type AmqpMemoryServerOptions } from "../src/index.ts";
import { memoryInUse } from "./support/memory.ts";
import { run } from "./support/run.ts";
import { watchTimers } from "./support/timers.ts";
import { until } from "./support/until.ts";
import { WireClient } from "./support/wire-client.ts";

async function refusal(options: AmqpMemoryServerOptions): Promise<AmqpMemoryServerError> {
  try {
    const server = await AmqpMemoryServer.create({ port: 0, ...options });
    await server.stop();
  } catch (error) {
    assert(error instanceof AmqpMemoryServerError, String(error));
    return error;
  }
  return assert.fail("the server started");
}

describe("a server starts", () => {
  it("on a free port of its choice and again on the same one, as often as one likes", async () => {
    const first = await AmqpMemoryServer.create({ port: 0 });
    const { port } = first;
    await first.stop();
    for (let again = 0; again < 100; again++) {
      const server = await AmqpMemoryServer.create({ port });
      assert.equal(server.port, port);
      if (again % 10 === 0) await (await WireClient.open(port)).close();
      await server.stop();
    }
  });

  it("beside others: they share nothing", async () => {
    const servers = await Promise.all(Array.from({ length: 5 }, () => AmqpMemoryServer.create({ port: 0 })));
    const client = await WireClient.open(servers[0]?.port ?? 0);
    await client.declare("mine");
    assert.deepEqual(
      servers.map((server) => server.stats().queues.length),
      [1, 0, 0, 0, 0],
    );
    await client.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it("not where the port is taken: the error says so, with a code", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => listener.once("listening", resolve));
    const { port } = listener.address() as { port: number };
    const error = await refusal({ port });
    assert.equal(error.code, "LISTEN_FAILED");
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}.*taken`));
    listener.close();
  });

  it("not beyond loopback, unless told so", async () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.1", "example.org"]) {
      const error = await refusal({ host });
      assert.equal(error.code, "NOT_LOOPBACK", host);
      assert.match(error.message, /allowRemote/);
    }
    for (const host of ["127.0.0.1", "127.8.8.8", "localhost"])
      await (await AmqpMemoryServer.create({ port: 0, host })).stop();
    await (await AmqpMemoryServer.create({ port: 0, host: "0.0.0.0", allowRemote: true })).stop();
  });

  it("not in production, unless told so", async (t) => {
    const before = process.env.NODE_ENV;
    t.after(() => {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
    });
    process.env.NODE_ENV = "production";
    const error = await refusal({});
    assert.equal(error.code, "PRODUCTION_REFUSED");
    assert.match(error.message, /allowInProduction/);
    await (await AmqpMemoryServer.create({ port: 0, allowInProduction: true })).stop();
  });
});

describe("a server's url", () => {
  it("leads amqplib to the first user and virtual host, whatever their names", async () => {
    const users = { "na me@x": "p:w/d?#", second: "x" };
    for (const vhosts of [["/"], ["/team/ä b"], ["plain", "/"]]) {
      await using server = await AmqpMemoryServer.create({ port: 0, users, vhosts });
      const connection = await amqplib.connect(server.url);
      const channel = await connection.createChannel();
      const { queue } = await channel.assertQueue("");
      assert.equal(server.stats().queues[0]?.vhost, vhosts[0]);
      assert.equal(server.stats().queues[0]?.name, queue);
      await connection.close();
    }
  });

  it("names an IPv6 address in brackets", async (t) => {
    let server: AmqpMemoryServer;
    try {
      server = await AmqpMemoryServer.create({ port: 0, host: "::1" });
    } catch {
      return t.skip("no IPv6 here");
    }
    assert.match(server.url, /@\[::1\]:\d+$/);
    await server.stop();
  });
});

describe("a server's stats", () => {
  it("show what is there and what was done", async () => {
    await using server = await AmqpMemoryServer.create({ port: 0 });
    const exchanges = server.stats().exchanges;
    const client = await WireClient.open(server.port);
    await client.call("channel.open", {}, 2);
    await client.declare("q");
    await client.declare("dead", new Map([["x-note", longstr("no argument of ours")]]));
    await client.call("confirm.select", { nowait: false });
    for (const body of ["one", "two", "three"]) client.publish("q", body);
    client.send("basic.get", { queue: "q", noAck: false });
    await client.next("basic.get-ok");
    const stats = server.stats();
    assert.equal(stats.connections, 1);
    assert.equal(stats.channels, 2);
    assert.equal(stats.exchanges, exchanges);
    const nothing = { vhost: "/", ready: 0, unacked: 0, consumers: 0, readyBytes: 0 };
    assert.deepEqual(stats.queues, [
      { ...nothing, name: "q", ready: 2, unacked: 1, readyBytes: 8 },
      { ...nothing, name: "dead" },
    ]);
    const { published, delivered, confirmed, acknowledged } = stats.messages;
    assert.deepEqual(
      { published, delivered, confirmed, acknowledged },
      { published: 3, delivered: 1, confirmed: 3, acknowledged: 0 },
    );
    assert(stats.memory.used > 11 && !stats.memory.blocked);
    await client.close();
    await until("the client gone", () => server.stats().connections === 0);
    assert.equal(server.stats().queues[0]?.ready, 3);
  });
});

describe("connections", () => {
  async function comeAndGo(port: number, count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const client = await WireClient.open(port);
      await client.declare("shared");
      await client.consume("shared");
      if (index % 2 === 0) await client.close();
      else client.cut();
    }
  }

  it("when thousands have come and gone, have left no memory taken", async () => {
    await using server = await AmqpMemoryServer.create({ port: 0 });
    const gone = () => until("the last one gone", () => server.stats().connections === 0);
    await comeAndGo(server.port, 500);
    await gone();
    const before = memoryInUse();
    await comeAndGo(server.port, 1000);
    await gone();
    const each = (memoryInUse() - before) / 1000;
    assert(each < 1500, `each left ${Math.round(each)} bytes`);
  });
});

describe("a server stops", () => {
  it("telling its clients: amqplib hears 320 and a reason", async () => {
    const server = await AmqpMemoryServer.create({ port: 0 });
    const connection = await amqplib.connect(server.url);
    const heard = new Promise<{ code?: number; message: string }>((resolve) => {
      connection.on("error", resolve);
      connection.on("close", resolve);
    });
    await server.stop();
    assert.match((await heard).message, /CONNECTION_FORCED/);
    assert.equal(server.stats().connections, 0);
  });

  it("although clients do not answer, in a second or so, and leaves no timer", async (t) => {
    const timers = watchTimers();
    t.after(() => timers.restore());
    const server = await AmqpMemoryServer.create({ port: 0 });
    const deaf = await WireClient.open(server.port, { heartbeat: 5 });
    await deaf.declare("q", new Map([["x-expires", { type: "signedint", value: 100_000 }]]));
    deaf.publish("q", "x");
    await deaf.depth("q");
    deaf.socket.pause();
    await WireClient.dial(server.port);
    const since = Date.now();
    await server.stop();
    const took = Date.now() - since;
    assert(took < 5000, `it took ${took} ms`);
    assert.equal(timers.running(), 0);
    assert.equal(server.stats().connections, 0);
    assert.equal(server.stats().memory.used, 0);
  });

  it("as often as it is told", async () => {
    const server = await AmqpMemoryServer.create({ port: 0 });
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
  });

  it("at the end of its scope, where it is declared with `await using`", async () => {
    let port: number;
    {
      await using server = await AmqpMemoryServer.create({ port: 0 });
      port = server.port;
    }
    await assert.rejects(WireClient.dial(port), { code: "ECONNREFUSED" });
  });

  for (const how of ["nothing", "queues with timers", "clients connected"]) {
    it(`and nothing of it keeps the process alive: ${how}`, async () => {
      const { ended, output } = run("./exits.ts", [how]);
      assert.equal(await ended, 0, output.err);
      assert.equal(output.out, "stopped");
    });
  }
});
