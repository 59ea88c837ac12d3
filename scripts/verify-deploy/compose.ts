import assert from "node:assert/strict";
import { Client } from "./client.ts";
import type { Part } from "./part.ts";
import { composeUp, seeded } from "./project.ts";
import { labReports, smoke, smokeTested } from "./smoke.ts";

/** `docker compose up`, as on a laptop. */
export async function proveCompose(part: Part): Promise<void> {
  const { report } = part;
  report.heading("Compose");
  const { place, ports, down } = await composeUp(part);
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
  await down();
}
