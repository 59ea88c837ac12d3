import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { eventually } from "../support/eventually.ts";
import { type LoggerNode, startLogger } from "../support/logger-node.ts";
import { type MongoForTest, mongoUrl, skipWithoutMongo, startMongo } from "../support/mongo.ts";
import { post } from "../support/post.ts";

type Stored = Record<string, unknown>;
interface Listed {
  rows: { id: string; name: string; data: string; severity?: string; created_at: string; updated_at: string }[];
  total: number;
  page: number;
  totalPages: number;
}

/** A logger, and a look into its store beside it. */
interface Bench {
  readonly node: LoggerNode;
  stored(): Promise<Stored[]>;
  stop(): Promise<void>;
}

async function onFile(): Promise<Bench> {
  const node = await startLogger({ MONGO_URL: undefined });
  const stored = async () => {
    const found = new Map<string, Stored>();
    for (const line of (await readFile(node.file, "utf8")).split("\n").filter((text) => text.includes('"_id"'))) {
      const document = JSON.parse(line, (_, value) =>
        value?.$$date === undefined ? value : new Date(value.$$date as number),
      ) as Stored;
      if (document.$$deleted === true) found.delete(String(document._id));
      else found.set(String(document._id), document);
    }
    return [...found.values()];
  };
  return { node, stored, stop: () => node.stop() };
}

async function onMongo(): Promise<Bench & { mongo: MongoForTest }> {
  const mongo = await startMongo();
  const node = await startLogger({ MONGO_URL: mongoUrl, MONGO_DATABASE_PREFIX: mongo.prefix });
  await eventually(async () => (await node.ready()).checks.mongodb?.ok || undefined);
  return {
    node,
    mongo,
    stored: () => mongo.collection("logs", "logs").find().toArray(),
    async stop() {
      await node.stop();
      await mongo.stop();
    },
  };
}

const isCoded = (type: string) => (error: unknown) => {
  assert.ok(error instanceof Error, String(error));
  assert.equal(error instanceof CodedError ? error.type : (error as { type?: string }).type, type, error.message);
  return true;
};

for (const [where, start, skip] of [
  ["in a file", onFile, false],
  ["in MongoDB (FerretDB in CI)", onMongo, skipWithoutMongo],
] as const) {
  describe(`the log ${where}`, { skip }, () => {
    const using = (story: (bench: Bench) => Promise<void>) => async (): Promise<void> => {
      const bench = await start();
      try {
        await story(bench);
      } finally {
        await bench.stop();
      }
    };

    test(
      "when a write is answered, then the entry is stored with all it was given, its times as dates",
      using(async ({ node, stored }) => {
        const given = {
          name: "event",
          data: "x\0'\"\u2028é",
          severity: "error",
          source: "me",
          via: "grpc",
          event_id: "e1",
        };
        const { id } = await node.call<{ id: string }>("write", given, { requestID: "r1" });
        const [document, ...others] = await stored();
        assert.deepEqual(others, []);
        const { _id, created_at, updated_at, ...rest } = document as Stored;
        assert.equal(String(_id), id);
        assert.deepEqual(rest, { ...given, request_id: "r1" });
        assert.ok(created_at instanceof Date && updated_at instanceof Date);
        assert.ok(Math.abs(created_at.getTime() - Date.now()) < 10_000);
      }),
    );

    test(
      "when a field is not given, then it is not stored either, and many entries without an event id live together",
      using(async ({ node, stored }) => {
        await Promise.all([1, 2, 3].map((n) => node.call("write", { name: "event", data: String(n) })));
        const documents = await stored();
        assert.equal(documents.length, 3);
        for (const document of documents) {
          assert.deepEqual(Object.keys(document).sort(), [
            "_id",
            "created_at",
            "data",
            "name",
            "request_id",
            "severity",
            "updated_at",
          ]);
        }
      }),
    );

    test(
      'over REST: /log and /api/log answer 202 "logged", and what is wrong is named',
      using(async ({ node, stored }) => {
        for (const path of ["/log", "/api/log"]) {
          const reply = await post(node.url(path), { name: "event", data: path, unknown: 1 });
          assert.equal(reply.status, 202);
          assert.equal(reply.body.message, "logged");
        }
        const refused = await post(node.url("/log"), { name: { $gt: "" }, data: "x" });
        assert.equal(refused.status, 400);
        assert.match(refused.body.message, /name/);
        assert.deepEqual((await stored()).map(({ data }) => data).sort(), ["/api/log", "/log"]);
      }),
    );

    test(
      "when an event comes twice, at once or later, then it is stored once and both hear of the first",
      using(async ({ node, stored }) => {
        const write = (data: string) => node.call<{ id: string }>("write", { name: "event", data, event_id: "same" });
        const ids = (await Promise.all(["a", "b", "c"].map(write))).map(({ id }) => id);
        ids.push((await write("later")).id);
        assert.equal(new Set(ids).size, 1);
        const documents = await stored();
        assert.deepEqual(
          documents.map(({ _id, data }) => [String(_id), data]),
          [[ids[0], "a"]],
        );
      }),
    );

    test(
      "when one of many is a duplicate, then the others are stored",
      using(async ({ node, stored }) => {
        await node.call("write", { name: "event", data: "first", event_id: "e7" });
        const many = Array.from({ length: 100 }, (_, n) =>
          node.call<{ id: string }>("write", { name: "event", data: String(n), event_id: `e${n}` }),
        );
        const ids = new Set((await Promise.all(many)).map(({ id }) => id));
        assert.equal(ids.size, 100);
        const documents = await stored();
        assert.equal(documents.length, 100);
        assert.equal(documents.find(({ event_id }) => event_id === "e7")?.data, "first");
      }),
    );

    test(
      "the list is filtered, searched, sorted and paged",
      using(async ({ node }) => {
        const list = (params: object) => node.call<Listed>("list", params);
        for (const [n, severity, source] of [
          [1, "info", "a"],
          [2, "error", "a"],
          [3, "error", "b"],
          [4, "warning", "b"],
          [5, "info", "b"],
        ] as const) {
          await node.call("write", { name: `event ${n % 2}`, data: `data (${n}) .*`, severity, source });
          await delay(3);
        }
        const data = async (params: object) => (await list(params)).rows.map((row) => Number(/\d/.exec(row.data)?.[0]));
        assert.deepEqual(await data({}), [5, 4, 3, 2, 1], "the newest first");
        assert.deepEqual(await data({ severity: "error" }), [3, 2]);
        assert.deepEqual(await data({ source: "b", severity: "info" }), [5]);
        assert.deepEqual(await data({ name: "event 0", sort: "created_at" }), [2, 4]);
        assert.deepEqual(await data({ q: "DATA (3)" }), [3]);
        assert.deepEqual(await data({ q: ").*" }), [], "it is text, no expression");
        assert.deepEqual(await data({ q: "event 0", sort: "created_at" }), [2, 4]);
        assert.deepEqual(await data({ sort: "severity" }), [3, 2, 5, 1, 4]);
        assert.deepEqual(await data({ sort: "-severity" }), [4, 1, 5, 2, 3], "exactly the other way round");
        const { rows } = await list({ sort: "created_at" });
        assert.deepEqual(await data({ from: rows[1]?.created_at, to: rows[3]?.created_at }), [3, 2]);
        const page = await list({ page: "2", pageSize: "2" });
        assert.deepEqual([page.total, page.page, page.totalPages], [5, 2, 3]);
        assert.deepEqual(
          page.rows.map((row) => row.data),
          ["data (3) .*", "data (2) .*"],
        );
        assert.deepEqual((await list({ page: 9 })).rows, []);
      }),
    );

    test(
      "when a parameter is an operator, unknown or out of its range, then it is refused by name",
      using(async ({ node }) => {
        for (const [field, value] of [
          ["name", { $ne: "" }],
          ["source", ["a"]],
          ["q", { $regex: "." }],
          ["severity", "fatal"],
          ["sort", "data"],
          ["sort", "$where"],
          ["page", 0],
          ["pageSize", 101],
          ["from", "now"],
          ["to", { $gt: 1 }],
        ] as const) {
          await assert.rejects(node.call("list", { [field]: value }), (error: Error & { data?: unknown }) => {
            assert.match(JSON.stringify([error.message, error.data]), new RegExp(`\\b${field}\\b`));
            return true;
          });
        }
        await assert.rejects(node.call("get", { id: { $ne: "" } }));
      }),
    );

    test(
      "when a choice is none of those that there are, then it says which there are",
      using(async ({ node }) => {
        await assert.rejects(node.call("list", { severity: "ERROR" }), (error) => {
          assert.equal(toCodedError(error).message, 'The "severity" field must be one of info, warning, error.');
          return true;
        });
      }),
    );

    test(
      "an entry is read, changed, removed; all are cleared; what is not there is NOT_FOUND",
      using(async ({ node, stored }) => {
        const { id } = await node.call<{ id: string }>("write", { name: "event", data: "old" });
        const before = await node.call<Listed["rows"][0]>("get", { id });
        await delay(5);
        const after = await node.call<Listed["rows"][0]>("update", { id, data: "new", severity: "warning" });
        assert.deepEqual(
          [after.name, after.data, after.severity, after.created_at],
          ["event", "new", "warning", before.created_at],
        );
        assert.ok(after.updated_at > before.updated_at);
        assert.equal((await stored())[0]?.data, "new");
        await assert.rejects(node.call("update", { id }), isCoded("VALIDATION_FAILED"));
        assert.deepEqual(await node.call("remove", { id }), { removed: 1 });
        for (const missing of [id, "nothing", "0".repeat(24), "twelve chars"]) {
          await assert.rejects(node.call("get", { id: missing }), isCoded("NOT_FOUND"));
          await assert.rejects(node.call("update", { id: missing, data: "" }), isCoded("NOT_FOUND"));
          await assert.rejects(node.call("remove", { id: missing }), isCoded("NOT_FOUND"));
        }
        await Promise.all([1, 2, 3].map((n) => node.call("write", { name: "event", data: String(n) })));
        assert.deepEqual(await node.call("clear", { source: "nobody" }), { removed: 0 });
        assert.deepEqual(await node.call("clear"), { removed: 3 });
        assert.deepEqual(await stored(), []);
      }),
    );

    test(
      "when entries are stored, then those who watch hear of them, of duplicates not again",
      using(async ({ node, stored }) => {
        const writes = Array.from({ length: 5 }, (_, n) =>
          node.call<{ id: string }>("write", { name: "event", data: String(n), event_id: `t${n % 4}` }),
        );
        const ids = new Set((await Promise.all(writes)).map(({ id }) => id));
        const heard = await eventually(() => {
          const entries = node.tailed.flatMap(({ entries }) => entries);
          return entries.length >= 4 ? entries : undefined;
        });
        assert.deepEqual(new Set(heard.map(({ id }) => id)), ids);
        await delay(150);
        assert.equal(node.tailed.flatMap(({ entries }) => entries).length, 4);
        assert.equal((await stored()).length, 4);
      }),
    );
  });
}
