import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceBroker } from "moleculer";
import { CodedError } from "../errors/index.ts";
import { isCoded } from "../test/support/grpc-node.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Exposure } from "./exposure.ts";
import { Lost, NotSent, Replicas } from "./replicas.ts";

const action = { rest: { route: "POST /do", says: "done" } };

/** Of a registry in which these nodes have these operations. */
function replicas(nodes: readonly string[], operations: Record<string, Exposure> = { "s.do": action }): Replicas {
  const get = (operation: string) => {
    const expose = operations[operation];
    const endpoint = (id: string) => ({
      node: { id, available: true, metadata: { endpoints: id === "leaving" ? {} : { rest: `http://${id}` } } },
      action: { expose },
    });
    return expose && { endpoints: nodes.map(endpoint) };
  };
  return new Replicas({ registry: { actions: { get } } } as unknown as ServiceBroker, "rest");
}

/** What each node does when it is asked, and whom that was. */
function asking(outcome: (node: string, asked: number) => unknown) {
  const asked: string[] = [];
  return {
    asked,
    ask: async ({ node }: Endpoint) => {
      asked.push(node);
      const came = outcome(node, asked.length);
      if (came instanceof Error) throw came;
      return { value: came, node };
    },
  };
}

test("each operation goes round the replicas by itself", async () => {
  const two = replicas(["a", "b"], { "s.do": action, "s.other": action });
  const { asked, ask } = asking(() => "done");
  for (let call = 0; call < 4; call++) {
    for (const operation of ["s.do", "s.other"]) await two.ask(operation, {}, ask);
  }
  assert.deepEqual(asked, ["a", "a", "b", "b", "a", "a", "b", "b"]);
});

test("when a node got nothing of the request, then the next is asked, and at last the error says that there is none", async () => {
  const refusing = asking((node) => (node === "c" ? "done" : new NotSent("refused")));
  assert.equal((await replicas(["a", "b", "c"]).ask("s.do", {}, refusing.ask)).node, "c");
  const cause = new Error("ECONNREFUSED");
  const none = asking(() => new NotSent("refused", { cause }));
  const failure = replicas(["a", "b"]).ask("s.do", {}, none.ask);
  await assert.rejects(failure, (error: CodedError) => error.type === "SERVICE_UNAVAILABLE" && error.cause === cause);
  assert.deepEqual(none.asked, ["a", "b"]);
});

test("when a node is gone with the request, then another is asked only if the operation may be done twice", async () => {
  const rest = (route: string) => ({ rest: { route, says: "done" } });
  const operations: Record<string, Exposure> = {
    "s.do": action,
    "s.read": rest("GET /read"),
    "s.change": { ...rest("PATCH /change"), idempotent: true },
    "s.write": { ...action, amqp: { messageId: "event_id" } },
  };
  const isRepeated = async (operation: string, params = {}) => {
    const dying = asking((node) => (node === "a" ? new Lost("a", "it is gone") : "done"));
    return replicas(["a", "b"], operations)
      .ask(operation, params, dying.ask)
      .then(
        ({ node }) => node === "b",
        (error: CodedError) => !(error.type === "SERVICE_UNAVAILABLE" && error.nodeID === "a"),
      );
  };
  assert.equal(await isRepeated("s.do"), false);
  assert.equal(await isRepeated("s.read"), true);
  assert.equal(await isRepeated("s.change"), true);
  assert.equal(await isRepeated("s.write"), false);
  assert.equal(await isRepeated("s.write", { event_id: "1" }), true);
});

test("when there is no other node, then the same is asked once more, and its loss is what is told", async () => {
  const operations = { "s.read": { rest: { route: "GET /read", says: "read" } } };
  const restarted = asking((_, asked) => (asked === 1 ? new Lost("a", "it is gone") : "done"));
  assert.equal((await replicas(["a"], operations).ask("s.read", {}, restarted.ask)).value, "done");
  const dead = asking((_, asked) => (asked === 1 ? new Lost("a", "it is gone") : new NotSent("refused")));
  await assert.rejects(replicas(["a"], operations).ask("s.read", {}, dead.ask), /it is gone/);
  assert.deepEqual(dead.asked, ["a", "a"]);
});

test("when the client is closed, then nobody is asked, also not for a call that is in hand", async () => {
  const two = replicas(["a", "b"]);
  const closing = asking(() => {
    two.close();
    return new NotSent("refused");
  });
  for (let call = 0; call < 2; call++) {
    await assert.rejects(two.ask("s.do", {}, closing.ask), isCoded("SERVICE_UNAVAILABLE", /closed/));
  }
  assert.deepEqual(closing.asked, ["a"]);
});

test("when the operation itself fails, then nobody else is asked", async () => {
  const failing = asking(() => new CodedError("OVERLOADED", "too much in hand"));
  await assert.rejects(replicas(["a", "b"]).ask("s.do", {}, failing.ask), isCoded("OVERLOADED"));
  assert.deepEqual(failing.asked, ["a"]);
});

test("when nobody has the operation, or who has it leaves, then it is unavailable; where it is not exposed, the protocol is", () => {
  const code = (given: Replicas, operation: string) => {
    try {
      return given.inTurn(operation);
    } catch (error) {
      return (error as CodedError).type;
    }
  };
  assert.equal(code(replicas(["a"]), "s.none"), "SERVICE_UNAVAILABLE");
  assert.equal(code(replicas(["leaving"]), "s.do"), "SERVICE_UNAVAILABLE");
  assert.equal(code(replicas(["a"], { "s.do": { jsonRpc: true } }), "s.do"), "PROTOCOL_UNAVAILABLE");
});
