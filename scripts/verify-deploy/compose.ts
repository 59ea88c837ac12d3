import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { eventually } from "../../test/support/eventually.ts";
import { Client } from "./client.ts";
import type { Engine } from "./engine.ts";
import type { Part } from "./part.ts";
import { composeUp, ours, seeded } from "./project.ts";
import { labReports, smoke, smokeTested } from "./smoke.ts";

/** What nobody waits for may be healthy later than the first login. */
const PATIENCE = 60_000;

/** `docker compose up`, as on a laptop. */
export async function proveCompose(part: Part): Promise<void> {
  const { engine, report } = part;
  report.heading("Compose");
  const { place, ports, compose, console, down } = await composeUp(part);
  await eventually(async () => {
    const statuses = await engine.docker(["ps", "--all", "--format={{.Names}}: {{.Status}}", ...ours]);
    const others = statuses.split("\n").filter((status) => !status.includes("(healthy)"));
    assert.deepEqual(others, []);
    return true;
  }, PATIENCE);
  report.proved("all is up and healthy, each in its order, with the development secrets and no other step");
  const before = await containers(engine);
  await compose("up", "--detach", "--no-build");
  assert.deepEqual(await containers(engine), before);
  report.proved("a second up starts nothing anew");
  await smoke(place, { credentials: seeded, isOpen: true });
  report.proved(`the contract's smoke test through the proxy's port: ${smokeTested}`);
  const client = new Client(place);
  await client.signIn(seeded);
  await labReports(client);
  report.proved("the lab runs, and its report is kept");
  const messages = await fetch(`http://127.0.0.1:${ports.MAILPIT}/api/v1/messages`);
  const caught = (await messages.json()) as { total: number };
  assert.ok(caught.total >= 1, "a mail is in the catcher");
  report.proved("the mail is in the mail catcher");
  assert.match(await console("user list"), /admin@example\.com/);
  report.proved("the console is in the mesh, and lists the user");
  await compose("stop", "auth");
  const id = randomUUID();
  const refused = await client.post("/handle", { action: "auth", auth: seeded }, id);
  assert.equal(refused.status, 503);
  const told = await eventually(async () => {
    const lines = (await compose("logs", "--no-color", "--no-log-prefix", "gateway")).split("\n");
    return lines.find((line) => line.includes(id));
  });
  const { level, requestId } = JSON.parse(told) as { level: string; requestId: string };
  assert.deepEqual({ level, requestId }, { level: "warn", requestId: id });
  report.proved("a request that no auth is there for is a line of JSON in the gateway's log, with the request's id");
  await down();
  assert.deepEqual(await left(engine), []);
  report.proved("down --volumes leaves no container, network or volume");
}

/** Which there are, and since when they run. */
async function containers(engine: Engine): Promise<string[]> {
  const ids = await engine.docker(["ps", "--all", "--quiet", "--no-trunc", ...ours]);
  const started = await engine.docker(["inspect", "--format={{.Id}} {{.State.StartedAt}}", ...ids.split("\n")]);
  return started.split("\n").sort();
}

async function left(engine: Engine): Promise<string[]> {
  const containers = await engine.docker(["ps", "--all", "--quiet", ...ours]);
  const networks = await engine.docker(["network", "ls", "--quiet", ...ours]);
  const volumes = await engine.docker(["volume", "ls", "--quiet", ...ours]);
  return [containers, networks, volumes].filter((list) => list !== "");
}
