import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { portOr } from "../../embedded/free-port.ts";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { startNode } from "../../node/node.ts";
import { nodesWith } from "../../protocols/endpoints.ts";
import { progressEvent, type RunStatus } from "../../services/lab/progress.ts";
import type { Report } from "../../services/lab/results.ts";
import { eventually } from "../support/eventually.ts";
import { joinLab, type LabCaller } from "../support/lab-caller.ts";
import { smallRun } from "../support/small-run.ts";
import { type System, startSystem } from "../support/system.ts";

/** A lab beside which there is no log, no NATS server, and an auth that takes no login. */
let system: System;
let lab: LabCaller;
const logins: unknown[] = [];
before(async () => {
  const nowhere = await portOr(0, "127.0.0.1");
  const login = { LAB_EMAIL: "lab@example.com", LAB_PASSWORD: "secret" };
  system = await startSystem(["lab"], { LAB_NATS_URL: `nats://127.0.0.1:${nowhere}`, ...login });
  lab = await joinLab(system, {
    name: "auth",
    actions: {
      authenticate({ params }) {
        logins.push(params);
        throw new CodedError("INVALID_CREDENTIALS", "wrong");
      },
    },
  });
});
after(async () => {
  await lab?.broker.stop();
  await system?.stop();
});

const tiny = { ...smallRun, rounds: 3, duration: 40 } as const;
const noted = async () => (await readdir(join(system.dataDir, "lab"))).filter((name) => name.endsWith(".writes"));

test("when servers and services that a run wants are away, then it goes on without, says why, and has nothing to remove", async () => {
  const { id } = await lab.run({
    ...tiny,
    operations: ["logger.write", "auth.authenticate", "lab.echo"],
    contenders: ["json-rpc", "mesh", "mesh-nats"],
  });
  assert.equal((await lab.finished()).reason, undefined);
  const { state, cases, absences } = await lab.broker.call<Report, object>("lab.report", { id });
  assert.equal(state, "complete");
  assert.deepEqual(
    cases.map(({ summaries }) => summaries.map(({ contender }) => contender).sort()),
    [[], [], ["json-rpc", "mesh"]],
  );
  const why = new Map(absences.map(({ contender, operation, reason }) => [`${operation} ${contender}`, reason]));
  assert.match(why.get("lab.echo mesh-nats") ?? "", /^the mesh was not joined within 10 s: .*REFUSED/);
  assert.match(why.get("logger.write mesh") ?? "", /not|no node/);
  for (const contender of ["json-rpc", "mesh"]) {
    const reason = why.get(`auth.authenticate ${contender}`) ?? "";
    assert.match(reason, /^the login of lab@example\.com, which LAB_EMAIL and LAB_PASSWORD name, failed: /);
  }
  assert.deepEqual(logins, [{ email: "lab@example.com", password: "secret" }], "asked once");
  await eventually(async () => (await noted()).length === 0 || undefined);
});

test("when a run that waits for the log is stopped, then it ends in order", async () => {
  await lab.run({ ...tiny, operations: ["logger.write"], contenders: ["json-rpc", "mesh"], rounds: 20 });
  assert.equal((await noted()).length, 1);
  await lab.broker.call("lab.stop");
  assert.equal((await lab.finished()).reason, "it was stopped");
  await eventually(async () => (await noted()).length === 0 || undefined);
});

test("when a lab comes later, or hears nothing of a run's end, then it asks the others before it says that one is under way", async () => {
  const wishes = { ...tiny, contenders: ["json-rpc"], rounds: 20, duration: 5_000 } as const;
  const { id } = await lab.run(wishes);
  const second = await startNode(["lab"], system.config);
  await second.joined;
  const here = <T>(action: string, params = {}) =>
    second.broker.call<T, object>(action, params, { nodeID: second.broker.nodeID });
  await eventually(async () => (await here<RunStatus | null>("lab.status"))?.run === id || undefined);
  await assert.rejects(here("lab.run", wishes), { type: "CONFLICT" });
  assert.equal((await here<{ id: string }>("lab.stop")).id, id);
  await lab.finished();

  // As of a node that does not end it: whoever it is has no run.
  const { settings, cases } = (await here<RunStatus | null>("lab.status")) ?? assert.fail();
  const lost = { type: "started", run: "lost", number: 1, done: 0, began: "", settings, cases, estimate: 1 };
  for (const from of [lab.broker, system.nodes.lab?.broker ?? assert.fail()]) {
    lab.heard.length = 0;
    await from.broadcast(progressEvent, lost);
    await eventually(() => lab.heard.find((progress) => progress.run === "lost"));
    const next = await here<{ id: string }>("lab.run", wishes);
    assert.equal((await here<{ id: string }>("lab.stop")).id, next.id);
    await lab.finished();
  }
  await second.stop();
});

test("when two labs are asked for a run at the same moment, then the one with the lower node id begins it, and the other says CONFLICT", async () => {
  const second = await startNode(["lab"], system.config);
  await second.joined;
  const brokers = [second.broker, system.nodes.lab?.broker ?? assert.fail()];
  await eventually(() => brokers.every((broker) => nodesWith(broker, "lab.run").length === 2) || undefined);
  const wishes = { ...tiny, contenders: ["json-rpc"], rounds: 20, duration: 5_000 };
  const asked = brokers.map(async (broker) => {
    try {
      return (await broker.call<{ id: string }, object>("lab.run", wishes, { nodeID: broker.nodeID })).id;
    } catch (error) {
      return toCodedError(error).type;
    }
  });
  const answers = await Promise.all(asked);
  const [first] = brokers.map(({ nodeID }) => nodeID).sort();
  lab.heard.length = 0;
  const stopped = await lab.broker.call<{ id: string }, object>("lab.stop", {});
  assert.deepEqual(
    answers,
    brokers.map(({ nodeID }) => (nodeID === first ? stopped.id : "CONFLICT")),
  );
  await lab.finished();
  await second.stop();
});
