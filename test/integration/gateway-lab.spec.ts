import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Progress, RunStatus } from "../../services/lab/progress.ts";
import { eventually } from "../support/eventually.ts";
import { EventReader, send } from "../support/http.ts";
import { smallRun } from "../support/small-run.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let cookie: string;
before(async () => {
  system = await startSystem(["gateway", "auth", "lab"]);
  const body = { email: "admin@example.com", password: "verysecret" };
  const reply = await send(at("/session"), { method: "POST", body });
  cookie = reply.headers.get("set-cookie")?.split(";")[0] ?? "";
});
after(() => system?.stop());

const at = (path: string) => system.url("gateway", path);
const asUser = (method: string, path: string, body?: unknown) => send(at(path), { method, body, headers: { cookie } });
const steps = (stream: EventReader) => stream.of("progress").map(({ data }) => data as Progress);
const state = async () => ((await asUser("GET", "/lab")).body.data as RunStatus | undefined)?.state;

test("when settings are wrong, then 400 names the field, and nothing begins", async () => {
  for (const [settings, field] of [
    [{ rounds: 0 }, "rounds"],
    [{ contenders: ["smoke signals"] }, "contenders"],
    [{ payloads: [] }, "payloads"],
    [{ preset: "endless" }, "preset"],
    [{ duration: 30_000, rounds: 20 }, "rounds"],
  ] as const) {
    const reply = await asUser("POST", "/lab", settings);
    assert.deepEqual([reply.status, reply.body.code], [400, "VALIDATION_FAILED"], JSON.stringify(settings));
    assert.match(reply.body.message, new RegExp(field));
  }
  assert.equal((await asUser("POST", "/lab", "[]")).body.code, "MALFORMED_BODY");
  assert.equal(await state(), undefined);
});

test("when a run is under way, then who comes late sees it from where it is, no other begins, and it can be stopped", async () => {
  const early = await EventReader.open(at("/lab/stream"), { cookie });
  await eventually(() => early.of("status").length > 0 || undefined);
  assert.equal(early.of("status")[0]?.data, null, "there was none yet");

  const long = {
    contenders: ["mesh"],
    payloads: [64],
    concurrency: [1],
    rounds: 20,
    duration: 5_000,
    firstWarmUp: 0,
    foreign: "ignored",
  };
  const begun = await asUser("POST", "/lab", long);
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  const { id } = begun.body.data as { id: string };
  const second = await asUser("POST", "/lab", {});
  assert.deepEqual([second.status, second.body.code], [409, "CONFLICT"]);
  await eventually(() => steps(early).some(({ type }) => type === "tick") || undefined, 30_000);

  const late = await EventReader.open(at("/lab/stream"), { cookie });
  const status = (await eventually(() => late.of("status")[0])).data as RunStatus;
  assert.deepEqual([status.run, status.state, status.settings.rounds], [id, "running", 20]);
  assert.ok(!("foreign" in status.settings));

  const stopped = await asUser("DELETE", "/lab");
  assert.equal(stopped.status, 202, JSON.stringify(stopped.body));
  for (const stream of [early, late]) {
    await eventually(() => steps(stream).find(({ type, run }) => type === "finished" && run === id));
    await stream.close();
  }
  await eventually(async () => (await state()) === "partial" || undefined);
  assert.equal((await asUser("DELETE", "/lab")).status, 404, "there is nothing to stop any more");
});

test("when a run is over, then its report is among those that are kept", async () => {
  const tiny = { ...smallRun, contenders: ["mesh"] };
  const { id } = (await asUser("POST", "/lab", tiny)).body.data as { id: string };
  await eventually(async () => (await state()) === "complete" || undefined, 30_000);
  const list = (await asUser("GET", "/lab/reports")).body.data as { id: string }[];
  assert.ok(list.some((entry) => entry.id === id));
  const report = await asUser("GET", `/lab/reports/${id}`);
  assert.equal((report.body.data as { cases: unknown[] }).cases.length, 1);
  for (const [format, type, begins] of [
    ["html", "text/html; charset=utf-8", "<!doctype html>"],
    ["csv", "text/csv; charset=utf-8", "operation,payload"],
    ["json", "application/json", '{"version":1'],
  ] as const) {
    const file = await fetch(at(`/lab/reports/${id}/download?format=${format}`), { headers: { cookie } });
    assert.equal(file.headers.get("content-type"), type);
    assert.equal(file.headers.get("content-disposition"), `attachment; filename="lab-${id}.${format}"`);
    assert.ok((await file.text()).startsWith(begins), format);
  }
  const odd = await asUser("GET", `/lab/reports/${id}/download?format=exe`);
  assert.equal(odd.status, 400);
  assert.match(odd.body.message, /format/);
  for (const unknown of ["none", "..%2F..%2Fsession.key"]) {
    assert.equal((await asUser("GET", `/lab/reports/${unknown}`)).status, 404, unknown);
  }
});

test("when the lab is not running, then 503 says so", async () => {
  await system.nodes.lab?.stop();
  await eventually(async () => (await asUser("GET", "/lab")).status === 503 || undefined);
  for (const [method, path] of [
    ["POST", "/lab"],
    ["GET", "/lab/stream"],
    ["GET", "/lab/reports"],
  ] as const) {
    const reply = await asUser(method, path, method === "POST" ? {} : undefined);
    assert.deepEqual([reply.status, reply.body.code], [503, "SERVICE_UNAVAILABLE"], path);
  }
});
