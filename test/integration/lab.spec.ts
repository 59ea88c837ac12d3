import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ServiceBroker } from "moleculer";
import { joinMesh } from "../../services/lab/driver/member.ts";
import { after as folded, type Progress, progressEvent, type RunStatus } from "../../services/lab/progress.ts";
import type { Report } from "../../services/lab/results.ts";
import type { Wishes } from "../../services/lab/wishes.ts";
import { eventually } from "../support/eventually.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let caller: ServiceBroker;
let heard: Progress[] = [];
before(async () => {
  system = await startSystem(["lab"]);
  caller = await joinMesh(system.config, "caller", {
    name: "caller",
    events: { [progressEvent]: ({ params }: { params: Progress }) => void heard.push(params) },
  });
  await caller.waitForServices(["lab"], 10_000, 20);
});
after(async () => {
  await caller?.stop();
  await system?.stop();
});

const run = (wishes: Wishes) => {
  heard = [];
  return caller.call<{ id: string }, Wishes>("lab.run", wishes);
};
const tiny = { payloads: [64], concurrency: [4], rounds: 2, duration: 60, warmUp: 30 } as const;
const finished = () =>
  eventually(() => heard.find((progress) => progress.type === "finished"), 60_000) as Promise<
    Extract<Progress, { type: "finished" }>
  >;

test("when a run compares all protocols, then each is measured, and its report is kept", async () => {
  const { id } = await run({ ...tiny, contenders: ["rest", "json-rpc", "grpc", "grpc-stream", "amqp", "mesh"] });
  const end = await finished();
  assert.equal(end.reason, undefined);
  const report = await caller.call<Report, object>("lab.report", { id });
  assert.equal(report.state, "complete");
  assert.deepEqual(report.absences, []);
  const [closed, open] = report.cases;
  const names = (result = closed) => result?.summaries.map(({ contender }) => contender).sort();
  assert.deepEqual(names(), ["amqp", "grpc", "grpc-stream", "json-rpc", "mesh", "rest"]);
  assert.deepEqual(names(open), ["amqp", "grpc", "json-rpc", "mesh", "rest"], "who streams has no latency to compare");
  for (const { contender, rounds, calls, errors, cpu } of closed?.summaries ?? []) {
    assert.deepEqual([rounds, errors], [2, {}], contender);
    assert.ok(calls > 0 && (cpu?.driver.median ?? 0) > 0 && (cpu?.nodes.median ?? 0) > 0, contender);
  }
  assert.match(report.verdict.join("\n"), /lab\.echo: gRPC is .* against REST; times as fast: 64 B/);

  const status = heard.reduce(folded, undefined as RunStatus | undefined);
  assert.deepEqual(JSON.parse(JSON.stringify(status)), await caller.call<RunStatus, object>("lab.status", {}));
  const kept = await caller.call<{ id: string }[], object>("lab.reports", {});
  assert.deepEqual(
    kept.map((entry) => entry.id),
    [id],
  );
});
