import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { anyPort } from "../support/any-port.ts";
import { eventually } from "../support/eventually.ts";
import { type LoggerNode, startLogger } from "../support/logger-node.ts";
import { type MongoForTest, skipWithoutMongo, startMongo } from "../support/mongo.ts";
import { post, type Reply } from "../support/post.ts";
import { startBroker } from "../support/rabbitmq.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

interface Written {
  id: string;
}

describe("the log while MongoDB fails (FerretDB in CI)", { skip: skipWithoutMongo }, () => {
  interface Bench {
    readonly mongo: MongoForTest;
    readonly proxy: TcpProxy;
    /** @param through the network that can fail */
    logger(through?: boolean, more?: Record<string, string>): Promise<LoggerNode>;
    stored(): Promise<Record<string, unknown>[]>;
  }

  const using = (story: (bench: Bench) => Promise<void>) => async (): Promise<void> => {
    const mongo = await startMongo();
    const proxy = await startTcpProxy(mongo);
    const nodes: LoggerNode[] = [];
    try {
      await story({
        mongo,
        proxy,
        async logger(through = true, more = {}) {
          const MONGO_URL = mongo.through(through ? proxy.port : mongo.port);
          const node = await startLogger({ MONGO_URL, MONGO_DATABASE_PREFIX: mongo.prefix, ...more });
          nodes.push(node);
          return node;
        },
        stored: () => mongo.collection("logs", "logs").find().toArray(),
      });
    } finally {
      await proxy.restore();
      await Promise.all(nodes.map((node) => node.stop()));
      await proxy.stop();
      await mongo.stop();
    }
  };

  const isReady = (node: LoggerNode) =>
    eventually(async () => (await node.ready()).checks.mongodb?.ok || undefined, 15_000);
  const write = (node: LoggerNode, n: number | string) =>
    node.call<Written>("write", { name: "event", data: String(n), event_id: `event ${n}` });

  test(
    "when MongoDB is away at the start, then the node is alive and not ready, says why, and works once it is there",
    using(async ({ proxy, logger, stored }) => {
      await proxy.cut();
      const node = await logger();
      assert.equal(await (await fetch(node.url("/ping"))).text(), ".");
      const report = await eventually(async () => {
        const { checks } = await node.ready();
        return /ECONNREFUSED/.test(checks.mongodb?.why ?? "") ? checks : undefined;
      });
      assert.equal(report.mongodb?.ok, false);
      await assert.rejects(node.call("list"), { type: "DEPENDENCY_UNAVAILABLE", retryable: true });
      const waiting = write(node, 1);
      await proxy.restore();
      await waiting;
      await isReady(node);
      assert.equal((await stored()).length, 1);
    }),
  );

  test(
    "when MongoDB is lost while entries are written and comes back soon, then all are stored once and no writer is told",
    using(async ({ proxy, logger, stored }) => {
      const node = await logger();
      await isReady(node);
      const writes: Promise<Written>[] = [];
      for (let n = 0; n < 300; n++) {
        writes.push(node.call<Written>("write", { name: "event", data: String(n) })); // Without ids of their own.
        if (n === 100) await proxy.cut();
        if (n % 10 === 0) await delay(2);
      }
      await delay(500);
      await proxy.restore();
      const ids = (await Promise.all(writes)).map(({ id }) => id);
      const documents = await stored();
      assert.deepEqual(documents.map(({ _id }) => String(_id)).sort(), [...ids].sort());
      assert.equal(new Set(documents.map(({ data }) => data)).size, 300);
    }),
  );

  test(
    "when a batch was stored and its answer is lost, then it is not stored again",
    using(async ({ proxy, logger, stored }) => {
      const node = await logger();
      await isReady(node);
      proxy.loseNextAnswer();
      const ids = (
        await Promise.all([1, 2, 3].map((n) => node.call<Written>("write", { name: "event", data: String(n) })))
      ).map(({ id }) => id);
      const documents = await stored();
      assert.deepEqual(documents.map(({ _id }) => String(_id)).sort(), ids.sort());
    }),
  );

  test(
    "when MongoDB stays away, then writers are told in time, retryably, the health check sees it, and trying again stores once",
    using(async ({ proxy, logger, stored }) => {
      const node = await logger();
      await isReady(node);
      await proxy.cut();
      const begun = performance.now();
      await assert.rejects(write(node, 1), { type: "DEPENDENCY_UNAVAILABLE", retryable: true });
      assert.ok(performance.now() - begun < 6_000);
      assert.equal((await node.ready()).checks.mongodb?.ok, false);
      await proxy.restore();
      await isReady(node);
      await write(node, 1);
      assert.equal((await stored()).length, 1);
    }),
  );

  test(
    "when MongoDB hangs, then writers are told in time and the health check asks it and gets no answer",
    using(async ({ proxy, logger, stored }) => {
      const node = await logger();
      await isReady(node);
      proxy.freeze();
      const begun = performance.now();
      const rest = post(node.url("/log"), { name: "event", data: "frozen", event_id: "event 1" });
      assert.equal((await node.ready()).checks.mongodb?.ok, false);
      const reply = await rest;
      assert.ok([503, 504].includes(reply.status), reply.body.message);
      assert.ok(performance.now() - begun < 6_000);
      await proxy.restore();
      await isReady(node);
      await eventually(() => write(node, 1), 20_000);
      assert.equal((await stored()).length, 1);
    }),
  );

  test(
    "when replicas write the same events at once, then each is stored once and both say the same id",
    using(async ({ logger, stored }) => {
      const replicas = await Promise.all([logger(false), logger(false)]); // They also bring the indexes up to date together.
      await Promise.all(replicas.map(isReady));
      const numbers = Array.from({ length: 200 }, (_, n) => n);
      const [ours = [], theirs] = await Promise.all(
        replicas.map((node) => Promise.all(numbers.map((n) => write(node, n)))),
      );
      assert.deepEqual(ours, theirs);
      assert.equal((await stored()).length, 200);
    }),
  );

  test(
    "the original system's entries are read as they are, found, sorted and changed",
    using(async ({ mongo, logger }) => {
      const created_at = new Date("2023-05-01T10:00:00.123Z");
      const zero = new Date("0001-01-01T00:00:00Z"); // Go's, where the original leaves updated_at out.
      await mongo.collection("logs", "logs").insertMany([
        { name: "event", data: "over REST", created_at, updated_at: created_at },
        { name: "authentication", data: "over RPC", created_at: new Date(created_at.getTime() + 1), updated_at: zero },
      ]);
      const node = await logger(false);
      await isReady(node);
      const { rows } = await node.call<{ rows: Record<string, unknown>[] }>("list");
      const [{ id, ...last } = {}, first] = rows;
      assert.deepEqual(JSON.parse(JSON.stringify(last)), {
        name: "authentication",
        data: "over RPC",
        created_at: "2023-05-01T10:00:00.124Z",
        updated_at: "0001-01-01T00:00:00.000Z",
      });
      assert.equal(first?.data, "over REST");
      assert.match(String(id), /^[0-9a-f]{24}$/);
      assert.equal((await node.call<{ total: number }>("list", { q: "rpc", to: "2024-01-01" })).total, 1);
      assert.equal((await node.call<Record<string, unknown>>("update", { id, severity: "info" })).severity, "info");
    }),
  );

  test(
    "when entries are older than the retention, then they go; on a server without TTL indexes the node removes them",
    using(async ({ mongo, logger, stored }) => {
      const old = new Date(Date.now() - 3 * 86_400_000);
      await mongo
        .collection("logs", "logs")
        .insertMany([{ name: "event", data: "old", created_at: old, updated_at: old }]);
      const keeping = await logger(false, { LOG_RETENTION_DAYS: "30" });
      await isReady(keeping);
      await write(keeping, "young");
      assert.equal((await stored()).length, 2);
      const node = await logger(false, { LOG_RETENTION_DAYS: "2" });
      await isReady(node);
      const [ttl] = (await mongo.collection("logs", "logs").indexes()).filter(
        ({ key }) => JSON.stringify(key) === '{"created_at":1}',
      );
      if (ttl !== undefined)
        assert.equal(ttl.expireAfterSeconds, 2 * 86_400); // A real server's monitor comes each minute.
      else await eventually(async () => (await stored()).length === 1 || undefined);
    }),
  );

  test(
    "what the list asks for is in an index",
    using(async ({ mongo, logger }) => {
      await isReady(await logger(false));
      const keys = (await mongo.collection("logs", "logs").indexes()).map(({ key }) => Object.keys(key).join());
      for (const key of [
        "event_id",
        "created_at,_id",
        "name,created_at,_id",
        "severity,created_at,_id",
        "source,created_at,_id",
      ]) {
        assert.ok(keys.includes(key), `${key} is not among ${keys.join(" ")}`);
      }
    }),
  );
});

test("when the process is killed under load and started again, then every answered entry is in the file, once", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-logger-"));
  const amqp = await startBroker();
  const start = async (): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "node/main.ts", "logger"], {
      cwd: new URL("../../", import.meta.url),
      env: {
        ...process.env,
        MONGO_URL: "",
        DATA_DIR: dataDir,
        RABBIT_URL: amqp.url,
        NAMESPACE: randomUUID(),
        ...anyPort,
        LOG_LEVEL: "info",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const url = await eventually(() => /HTTP on (http:\S+)/.exec(output)?.[1], 20_000);
    await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, 20_000);
    return { child, url };
  };
  const body = (n: number) => ({ name: "event", data: `number ${n}`, event_id: String(n) });
  const answered = new Set<number>();
  let running = await start();
  try {
    const numbers = Array.from({ length: 2_000 }, (_, n) => n);
    let killed = false;
    const send = async (n: number): Promise<void> => {
      const reply: Reply | undefined = await post(`${running.url}/log`, body(n)).catch(() => undefined);
      if (reply?.status === 202) answered.add(n);
      if (answered.size === 500 && !killed) {
        killed = true;
        running.child.kill("SIGKILL");
      }
    };
    const queue = [...numbers];
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (let n = queue.shift(); n !== undefined; n = queue.shift()) await send(n);
      }),
    );
    assert.ok(killed && answered.size >= 500 && answered.size < 2_000);
    running = await start();
    const before = await readFile(join(dataDir, "logs.nedb"), "utf8");
    for (const n of answered) assert.ok(before.includes(`"number ${n}"`), `the answered entry ${n} is lost`);
    const missing = numbers.filter((n) => !answered.has(n));
    const replies = await Promise.all(missing.map((n) => post(`${running.url}/log`, body(n))));
    assert.ok(replies.every(({ status }) => status === 202));
    running.child.kill("SIGTERM");
    await once(running.child, "exit");
    const after = (await readFile(join(dataDir, "logs.nedb"), "utf8")).match(/"number \d+"/g) ?? [];
    assert.equal(after.length, 2_000);
    assert.equal(new Set(after).size, 2_000);
  } finally {
    running.child.kill("SIGKILL");
    await amqp.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test("when the node is told to stop under load, then what it accepted is stored and answered", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sixfold-logger-"));
  try {
    const node = await startLogger({ MONGO_URL: undefined }, dataDir);
    const writes = Array.from({ length: 1_000 }, (_, n) => node.call("write", { name: "event", data: `number ${n}` }));
    await node.stop();
    await Promise.all(writes);
    const stored = (await readFile(node.file, "utf8")).match(/"number \d+"/g) ?? [];
    assert.equal(new Set(stored).size, 1_000);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
