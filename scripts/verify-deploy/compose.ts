import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { eventually } from "../../test/support/eventually.ts";
import { Client } from "./client.ts";
import type { Part } from "./part.ts";
import { composeUp, seeded } from "./project.ts";
import { labReports, smoke, smokeTested } from "./smoke.ts";

/** `docker compose up`, as on a laptop. */
export async function proveCompose(part: Part): Promise<void> {
  const { report } = part;
  report.heading("Compose");
  const { place, ports, compose, down } = await composeUp(part);
  report.proved("all is up and healthy, each in its order, with the development secrets and no other step");
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
}
