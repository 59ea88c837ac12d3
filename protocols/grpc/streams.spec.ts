import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Context } from "moleculer";
import { portOr } from "../../embedded/free-port.ts";
import { CodedError } from "../../errors/index.ts";
import { eventually } from "../../test/support/eventually.ts";
import { ended } from "../../test/support/grpc.ts";
import { call, type GrpcNode, isCoded, startGrpc } from "../../test/support/grpc-node.ts";
import { publishEndpoint } from "../endpoints.ts";

interface Entry {
  readonly name: string;
}

const startWriting = (context: TestContext, handler: (ctx: Context<Entry>) => unknown): Promise<GrpcNode> =>
  startGrpc(context, {
    write: {
      bulkhead: { enabled: false },
      expose: { grpc: { rpc: "logs.LogService/WriteLogs", params: "logEntry", value: "written" } },
      handler,
    },
  });

const entries = (count: number): { name: string; data: string }[] =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}`, data: "x" }));

test("when entries are streamed, then the action is called for each, a few at a time, and the count comes back", async (context) => {
  const names = new Set<string>();
  let inHand = 0;
  let most = 0;
  const { client } = await startWriting(context, async ({ params }) => {
    most = Math.max(most, ++inHand);
    await delay(1);
    inHand--;
    names.add(params.name);
  });
  const answer = await client.stream("logger.write", entries(1_000), call(10_000));
  assert.equal(answer.value, 1_000);
  assert.equal(names.size, 1_000);
  assert.ok(most > 1 && most <= 64, `${most} at once`);
  assert.equal((await client.stream("logger.write", [], call())).value, 0);
});

test("when the node cannot be reached, then the stream is told so by the code of every protocol", async (context) => {
  const { broker, client } = await startWriting(context, () => undefined);
  publishEndpoint(broker, "grpc", `grpc://127.0.0.1:${await portOr(0, "127.0.0.1")}`);
  await assert.rejects(client.stream("logger.write", entries(1), call()), isCoded("SERVICE_UNAVAILABLE"));
});

test("when one of them is refused, then the stream ends with its error, which says which", async (context) => {
  const { client } = await startWriting(context, async ({ params }) => {
    if (params.name === "n3") throw new CodedError("CONFLICT", "taken", { data: { id: 3 } });
  });
  const refused = await client.stream("logger.write", entries(5_000), call(10_000)).then(
    () => assert.fail("it was not refused"),
    (error: CodedError) => error,
  );
  assert.equal(refused.type, "CONFLICT");
  assert.equal(refused.message, "message 3: taken");
  const { message, taken, data } = refused.data as { message: number; taken: number; data: unknown };
  assert.deepEqual([message, data], [3, { id: 3 }]);
  assert.ok(taken >= 4 && taken < 500, `${taken} were taken`);
  await assert.rejects(
    client.stream("logger.write", [{ name: 1 }], call()),
    isCoded("VALIDATION_FAILED", /"name" field must be a string/),
  );
});

/** Sends these, and then neither more nor an end; waits no longer than 10 s. */
const sendAndWait = (log: GrpcNode["log"], names: readonly string[]) =>
  ended<{ written: number }>((callback) => {
    const call = log.WriteLogs(new Metadata(), { deadline: Date.now() + 10_000 }, callback as never);
    for (const name of names) call.write({ logEntry: { name, data: "" } });
    return call;
  });

test("when one of them is refused and the sender sends nothing more, then it is told all the same", async (context) => {
  const { log } = await startWriting(context, async ({ params }) => {
    if (params.name === "bad") throw new CodedError("CONFLICT", "taken");
  });
  const { error } = await sendAndWait(log, ["good", "bad"]);
  assert.deepEqual([error?.code, error?.details], [status.ALREADY_EXISTS, "message 1: taken"]);
});

test("when the node leaves, then an open stream of requests ends with SERVICE_UNAVAILABLE and how many are done", async (context) => {
  const names: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let done = 0;
  const { log, stop } = await startWriting(context, async ({ params }) => {
    names.push(params.name);
    if (params.name === "slow") await finished;
    done++;
  });
  const answer = sendAndWait(log, ["quick", "slow"]);
  await eventually(() => names[1]);
  const stopped = stop();
  await delay(50);
  finish();
  const { error } = await answer;
  assert.deepEqual([error?.code, error?.metadata.get("x-error-code")], [status.UNAVAILABLE, ["SERVICE_UNAVAILABLE"]]);
  assert.deepEqual(JSON.parse(String(error?.metadata.get("x-error-data-bin")[0])), { taken: 2 });
  assert.equal(done, 2, "what it had in hand was done first");
  await stopped;
});

test("when the sender gives up in between, then no further entry is worked on", async (context) => {
  let begun = 0;
  const { client } = await startWriting(context, async () => {
    begun++;
  });
  const abort = new AbortController();
  async function* slowly() {
    for (const entry of entries(1_000)) {
      yield entry;
      await delay(5);
    }
  }
  const answer = client.stream("logger.write", slowly(), { ...call(10_000), signal: abort.signal });
  await eventually(() => begun > 3 || undefined);
  abort.abort();
  await assert.rejects(answer, isCoded("CANCELLED"));
  await delay(50);
  const then = begun;
  await delay(50);
  assert.equal(begun, then);
});

interface Source {
  given: number;
  ended: boolean;
}

/** A stream of `count` rows of some size each, as fast as they are taken. */
const startTelling = (context: TestContext, source: Source, count: number, size = 0): Promise<GrpcNode> =>
  startGrpc(context, {
    watch: {
      expose: { grpc: "logs.LogService/TailLogs" },
      async *handler() {
        try {
          while (source.given < count) {
            source.given++;
            yield { entry: { id: String(source.given), name: "é", data: "x".repeat(size) }, omitted: 0 };
          }
          if (count !== 3) await new Promise(() => undefined);
        } finally {
          source.ended = true;
        }
      },
    },
  });

test("when an action gives a stream, then its values come one by one, and its end ends the call", async (context) => {
  const source = { given: 0, ended: false };
  const { log } = await startTelling(context, source, 3);
  const ids: string[] = [];
  for await (const { entry } of log.TailLogs({})) ids.push(String(entry?.id));
  assert.deepEqual(ids, ["1", "2", "3"]);
  assert.ok(source.ended);
});

test("when nobody reads, then the source waits; when the reader leaves, then the source ends", async (context) => {
  const source = { given: 0, ended: false };
  const { log } = await startTelling(context, source, 100_000, 10_000);
  const call = log.TailLogs({});
  call.on("error", () => undefined);
  await call[Symbol.asyncIterator]().next();
  await eventually(() => source.given > 1 || undefined);
  await delay(300);
  const then = source.given;
  await delay(100);
  assert.equal(source.given, then, "it waits");
  assert.ok(then < 1_000, `${then} were made for nobody`);
  call.cancel();
  await eventually(() => source.ended || undefined);
});

test("when the node leaves, then endless streams end with UNAVAILABLE, and the call in hand is answered", async (context) => {
  const source = { given: 0, ended: false };
  const { log, stop } = await startTelling(context, source, 2);
  const failure = new Promise<ServiceError>((resolve) =>
    log
      .TailLogs({})
      .on("error", resolve as never)
      .resume(),
  );
  await eventually(() => source.given === 2 || undefined);
  const begun = performance.now();
  await stop();
  assert.equal((await failure).code, status.UNAVAILABLE);
  assert.ok(performance.now() - begun < 3_000);
});

const startSlow = (context: TestContext, time: number, more: Record<string, string> = {}): Promise<GrpcNode> =>
  startGrpc(
    context,
    {
      write: {
        expose: { grpc: { rpc: "logs.LogService/WriteLog", params: "logEntry" } },
        handler: () => delay(time, { id: "1" }),
      },
    },
    more,
  );

test("when the node drains, then calls in hand are finished, and new ones go elsewhere", async (context) => {
  const { log, stop, client } = await startSlow(context, 400);
  const answers = Array.from({ length: 20 }, () =>
    ended<{ id?: string }>((callback) => log.WriteLog({ logEntry: { name: "a" } }, callback as never)),
  );
  await delay(150);
  const stopped = stop();
  await delay(50);
  await assert.rejects(client.call("logger.write", { name: "a", data: "" }, call()), isCoded("SERVICE_UNAVAILABLE"));
  const { error } = await ended((callback) => log.WriteLog({ logEntry: { name: "late" } }, callback as never));
  assert.equal(error?.code, status.UNAVAILABLE);
  for (const answer of await Promise.all(answers)) assert.equal(answer.response?.id, "1");
  await stopped;
});

test("when a call does not end, then the drain does", async (context) => {
  const { log, client, stop } = await startSlow(context, 4_000, { SHUTDOWN_TIMEOUT: "500" });
  const cutOff = client.call("logger.write", { name: "a", data: "" }, call(10_000));
  cutOff.catch(() => undefined);
  const answer = ended((callback) => log.WriteLog({ logEntry: { name: "a" } }, callback as never));
  await delay(150);
  const begun = performance.now();
  await stop();
  assert.ok(performance.now() - begun < 3_500);
  assert.notEqual((await answer).error, undefined);
  await assert.rejects(cutOff, isCoded("SERVICE_UNAVAILABLE"));
});
