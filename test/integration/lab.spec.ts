import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startNode } from "../../node/node.ts";
import { after as folded, type RunStatus } from "../../services/lab/progress.ts";
import type { Report } from "../../services/lab/results.ts";
import { eventually } from "../support/eventually.ts";
import { joinLab, type LabCaller } from "../support/lab-caller.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let lab: LabCaller;
before(async () => {
  system = await startSystem(["lab", "logger"]);
  lab = await joinLab(system);
});
after(async () => {
  await lab?.broker.stop();
  await system?.stop();
});

const tiny = { payloads: [64], concurrency: [4], rounds: 2, duration: 60, firstWarmUp: 30, warmUp: 30 } as const;

test("when a run compares all protocols, then each is measured, and its report is kept", async () => {
  const { id } = await lab.run({
    ...tiny,
    contenders: ["rest", "json-rpc", "grpc", "grpc-stream", "amqp", "amqp-publish", "mesh", "mesh-tcp"],
  });
  const end = await lab.finished();
  assert.equal(end.reason, undefined);
  const report = await lab.broker.call<Report, object>("lab.report", { id });
  assert.equal(report.state, "complete");
  assert.deepEqual(report.absences, []);
  const [closed, open] = report.cases;
  const names = (result = closed) => result?.summaries.map(({ contender }) => contender).sort();
  assert.deepEqual(names(), ["amqp", "amqp-publish", "grpc", "grpc-stream", "json-rpc", "mesh", "mesh-tcp", "rest"]);
  assert.deepEqual(
    names(open),
    ["amqp", "grpc", "json-rpc", "mesh", "mesh-tcp", "rest"],
    "who streams has no latency to compare",
  );
  for (const { contender, rounds, calls, errors, cpu } of closed?.summaries ?? []) {
    assert.deepEqual([rounds, errors], [2, {}], contender);
    assert.ok(calls > 0 && (cpu?.driver.median ?? 0) > 0 && (cpu?.nodes.median ?? 0) > 0, contender);
  }
  assert.match(report.verdict.join("\n"), /lab\.echo, gRPC against REST: too few rounds to tell in 1 of 1 cases\./);

  const begins = lab.heard.findIndex(({ type }) => type === "case");
  const warmed = lab.heard.slice(0, begins).flatMap((step) => (step.type === "tick" && step.round === 0 ? [step] : []));
  assert.deepEqual([...new Set(warmed.map(({ contender }) => contender))].sort(), names(), "before the first case");
  const done = lab.heard.map((step) => step.done);
  assert.deepEqual(
    done,
    done.toSorted((a, b) => a - b),
  );
  assert.ok(report.cases.every(({ machine }) => (machine?.load ?? 0) > 0 && (machine?.steal ?? -1) >= 0));

  const status = lab.heard.reduce(folded, undefined as RunStatus | undefined);
  assert.deepEqual(JSON.parse(JSON.stringify(status)), await lab.broker.call<RunStatus, object>("lab.status", {}));
  const kept = await lab.broker.call<{ id: string }[], object>("lab.reports", {});
  assert.deepEqual(
    kept.map((entry) => entry.id),
    [id],
  );
});

test("when a run is stopped, then what was measured is kept as partial; one at a time, and what is out of bounds is refused", async () => {
  const wishes = { contenders: ["json-rpc"], payloads: [64, 65], concurrency: [1], arrivals: ["closed"] } as const;
  const { id } = await lab.run({ ...wishes, rounds: 20, duration: 2_000, firstWarmUp: 0, warmUp: 0, preset: "full" });
  await assert.rejects(lab.run({}), { type: "CONFLICT" });
  await assert.rejects(lab.run({ rounds: 99 }), { type: "VALIDATION_ERROR" });
  assert.equal((await lab.broker.call<{ id: string }, object>("lab.stop", {})).id, id);
  await lab.finished();
  const status = await lab.broker.call<RunStatus, object>("lab.status", {});
  assert.deepEqual([status.run, status.state, status.reason], [id, "partial", "it was stopped"]);
  assert.equal(status.reported, false, "no case was measured");
  await assert.rejects(lab.broker.call("lab.stop"), { type: "NOT_FOUND" });
  await assert.rejects(lab.broker.call("lab.report", { id }), { type: "NOT_FOUND" });
});

test("when entries are written in a run, by every form, then the log is as it was before; what cannot be measured says why", async () => {
  await lab.broker.call("logger.write", { name: "before", data: "x", source: "elsewhere" });
  const { id } = await lab.run({
    ...tiny,
    operations: ["logger.write", "auth.authenticate"],
    contenders: ["json-rpc", "grpc-stream", "amqp-publish", "mesh-tcp", "mesh-nats"],
    concurrency: [2],
    arrivals: ["closed"],
    replicas: 2,
  });
  assert.equal((await lab.finished()).reason, undefined);
  const report = await lab.broker.call<Report, object>("lab.report", { id });
  assert.deepEqual(
    report.cases.map(({ summaries }) => summaries.map(({ contender }) => contender).sort()),
    [["amqp-publish", "grpc-stream", "json-rpc"], []],
  );
  assert.match(report.surroundings.databases?.["logger.write"] ?? "", /^(NeDB|MongoDB|FerretDB) \d/);
  const why = new Map(report.absences.map(({ contender, operation, reason }) => [`${operation} ${contender}`, reason]));
  assert.equal(why.get("logger.write mesh-tcp"), "only lab.echo is served there");
  assert.match(why.get("logger.write mesh-nats") ?? "", /nats/i);
  assert.match(why.get("auth.authenticate json-rpc") ?? "", /no node offers/);
  const { rows } = await lab.broker.call<{ rows: { name: string }[] }, object>("logger.list", {});
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["before"],
  );
  assert.match(await lab.broker.call<string, object>("lab.report", { id, format: "html" }), /^<!doctype html>/);
  assert.match(await lab.broker.call<string, object>("lab.report", { id, format: "csv" }), /^operation,/);
});

test("when the process of a run that writes is killed, then its entries are removed all the same, and at the next start those of another", async () => {
  const written = async (source: string) =>
    (await lab.broker.call<{ total: number }, object>("logger.list", { source, pageSize: 1 })).total;
  const wishes = { contenders: ["json-rpc"], payloads: [64], concurrency: [4], arrivals: ["closed"] } as const;
  const { id } = await lab.run({
    ...wishes,
    operations: ["logger.write"],
    rounds: 20,
    duration: 5_000,
    firstWarmUp: 0,
    warmUp: 0,
  });
  await eventually(async () => (await written(id)) > 0 || undefined, 30_000);
  const [driver] = children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("driver/main"));
  process.kill(driver ?? assert.fail("no process generates the load"), "SIGKILL");
  assert.equal((await lab.finished()).reason, "the process that generates the load ended by itself");
  await eventually(async () => (await written(id)) === 0 || undefined, 30_000);

  const before = "2026-01-02-030405-abcd";
  await lab.broker.call("logger.write", { name: "lab", data: "left", source: before });
  await writeFile(join(system.dataDir, "lab", `${before}.writes`), "");
  const restarted = await startNode(["lab"], system.config);
  await eventually(async () => (await written(before)) === 0 || undefined, 30_000);
  assert.equal(await written("elsewhere"), 1);
  await restarted.stop();
});

/** The processes that this one started. */
const children = (): number[] =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
