import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { joinMesh } from "../../services/lab/driver/member.ts";
import { eventually } from "../support/eventually.ts";
import { EventReader, send } from "../support/http.ts";
import { type System, startSystem } from "../support/system.ts";

interface Snapshot {
  readonly nodes: readonly {
    name: string;
    available: boolean;
    services: string[];
    calls_per_second?: number;
    p95_ms?: number;
    health?: { ready: boolean; checks: object };
    gone_at?: string;
  }[];
}

let system: System;
let cookie: string;
before(async () => {
  system = await startSystem(undefined, { STREAM_LIMIT: "4" });
  const body = { email: "admin@example.com", password: "verysecret" };
  const reply = await send(at("/session"), { method: "POST", body });
  cookie = reply.headers.get("set-cookie")?.split(";")[0] ?? "";
});
after(() => system?.stop());

const at = (path: string) => system.url("gateway", path);
const asUser = (method: string, path: string, body?: unknown) => send(at(path), { method, body, headers: { cookie } });
const write = (name: string) =>
  send(at("/handle"), { method: "POST", body: { action: "log", log: { name, data: "live" } } });
const names = (stream: EventReader) =>
  stream.of("entries").flatMap(({ data }) => (data as { name: string }[]).map((entry) => entry.name));

test("when a log entry is stored, then who watches sees it without asking", async () => {
  const stream = await EventReader.open(at("/logs/stream"), { cookie });
  assert.match(stream.response.headers.get("content-type") ?? "", /^text\/event-stream/);
  await write("watched");
  await eventually(() => names(stream).includes("watched") || undefined);
  await stream.close();
});

test("when a watcher was away, then it gets what it missed, or is told that it must load anew", async () => {
  const first = await EventReader.open(at("/logs/stream"), { cookie });
  await write("before the gap");
  const lastId = await eventually(() => first.of("entries").at(-1)?.id);
  await first.close();
  await write("in the gap");
  await eventually(async () => {
    const second = await EventReader.open(at("/logs/stream"), { cookie, "Last-Event-ID": lastId });
    await eventually(() => second.received.length > 0 || undefined, 500).catch(() => undefined);
    await second.close();
    return names(second).includes("in the gap") || undefined;
  });
  const stranger = await EventReader.open(at("/logs/stream"), { cookie, "Last-Event-ID": "unheard of" });
  await eventually(() => stranger.of("reset").length > 0 || undefined);
  await stranger.close();
});

test("when there are too many streams, then one more is refused, and a place that becomes free is given", async () => {
  const streams = await Promise.all(Array.from({ length: 4 }, () => EventReader.open(at("/logs/stream"), { cookie })));
  const refused = await asUser("GET", "/logs/stream");
  assert.equal(refused.status, 503);
  assert.equal(refused.body.code, "OVERLOADED");
  await streams[0]?.close();
  await eventually(async () => {
    const stream = await EventReader.open(at("/logs/stream"), { cookie });
    await stream.close();
    return stream.response.status === 200 || undefined;
  });
  await Promise.all(streams.map((stream) => stream.close()));
});

test("when entries are listed, read and removed over HTTP, then the log's own operations do it", async () => {
  await write("listed");
  const list = await asUser("GET", "/logs?name=listed&page=1&pageSize=5&sort=-created_at");
  assert.equal(list.status, 200, JSON.stringify(list.body));
  const { rows, total } = list.body.data as { rows: { id: string; name: string }[]; total: number };
  assert.equal(total, 1);
  const id = rows[0]?.id ?? "";
  const one = await asUser("GET", `/logs/${id}`);
  assert.equal((one.body.data as { name: string }).name, "listed");
  assert.equal((await asUser("DELETE", `/logs/${id}`)).status, 202);
  assert.equal((await asUser("GET", `/logs/${id}`)).status, 404);
  const wrong = await asUser("GET", "/logs?pageSize=many");
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.message, /pageSize/);
  const twice = await asUser("GET", "/logs?name=listed&name=other");
  assert.deepEqual([twice.status, twice.body.code], [400, "VALIDATION_FAILED"], "as at the service's own port");
  assert.equal((await asUser("DELETE", "/logs")).status, 202);
  assert.equal(((await asUser("GET", "/logs?name=listed")).body.data as { total: number }).total, 0);
});

test("when mails are looked at, then sent mail, templates and previews come from the mailer", async () => {
  const mail = { from: "me@example.com", to: "you@example.com", subject: "Seen", message: "Hi" };
  const sent = await send(at("/handle"), { method: "POST", body: { action: "mail", mail } });
  assert.equal(sent.body.message, "Message sent to you@example.com");
  const list = await asUser("GET", "/mails?pageSize=5");
  assert.equal(list.status, 200, JSON.stringify(list.body));
  const { rows } = list.body.data as { rows: { id: string; subject: string }[] };
  assert.equal(rows[0]?.subject, "Seen");
  assert.equal((await asUser("GET", `/mails/${rows[0]?.id}`)).status, 200);
  const templates = (await asUser("GET", "/mail-templates")).body.data as { name: string }[];
  assert.ok(templates.some(({ name }) => name === "message"));
  const preview = await asUser("POST", "/mail-templates/message/preview", { variables: { message: "Shown" } });
  assert.equal(preview.status, 202, JSON.stringify(preview.body));
  assert.match((preview.body.data as { html: string }).html, /Shown/);
});

test("when dead letters are asked for, then the listener tells of them", async () => {
  const list = await asUser("GET", "/dead-letters");
  assert.equal(list.status, 200, JSON.stringify(list.body));
  assert.deepEqual(list.body.data, []);
  assert.equal((await asUser("POST", "/dead-letters/resend", {})).status, 400);
  assert.equal((await asUser("POST", "/dead-letters/resend", { all: true })).status, 202);
});

test("when one that only called leaves the mesh in order, then it is not missed", async () => {
  const driver = await joinMesh(system.config, "lab-driver");
  const command = await joinMesh(system.config, "lab-cli", { name: "lab-cli", events: { "lab.progress"() {} } });
  const names = async () => ((await send(at("/mesh"))).body.data as Snapshot).nodes.map(({ name }) => name);
  await eventually(async () => (await names()).filter((name) => /^lab-/.test(name)).length === 2 || undefined);
  await Promise.all([driver.stop(), command.stop()]);
  await eventually(async () => !(await names()).some((name) => /^lab-/.test(name)) || undefined);
});

test("when nodes work, then the mesh's picture has them all with their numbers, and says who is gone", async () => {
  const stream = await EventReader.open(at("/mesh/stream"));
  const busy = setInterval(() => void write("busy"), 20);
  try {
    await eventually(async () => {
      const { nodes } = (await send(at("/mesh"))).body.data as Snapshot;
      assert.deepEqual(
        nodes.map(({ name }) => name),
        ["auth", "frontend", "gateway", "lab", "listener", "logger", "mailer"],
      );
      const logger = nodes.find(({ name }) => name === "logger");
      assert.ok(logger?.available);
      assert.deepEqual(logger.services, ["logger"]);
      assert.ok(logger.health?.ready);
      assert.ok((logger.calls_per_second ?? 0) > 1 && (logger.p95_ms ?? 0) > 0);
      return true;
    });
  } finally {
    clearInterval(busy);
  }
  await system.nodes.mailer?.stop();
  await eventually(() => {
    const seen = stream.of("mesh").at(-1)?.data as Snapshot | undefined;
    const mailer = seen?.nodes.find(({ name }) => name === "mailer");
    return (mailer?.available === false && mailer.gone_at !== undefined) || undefined;
  });
  await stream.close();
});
