import assert from "node:assert/strict";
import { behindProxy, Client } from "./client.ts";
import { VERSION } from "./images.ts";
import type { Part } from "./part.ts";
import { answers, labReports, smoke, smokeTested } from "./smoke.ts";
import { freeSurroundings } from "./surroundings.ts";

const project = ["--project-name", "sixfold-verify"];
const seeded = { email: "admin@example.com", password: "verysecret" };

/** `docker compose up`, as on a laptop. */
export async function proveCompose({ engine, servers, report, undo }: Part): Promise<void> {
  report.heading("Compose");
  const { env: chosen, http, mail } = await freeSurroundings();
  const env = { ...servers.compose, ...chosen, VERSION };
  const compose = (...args: string[]) => engine.compose([...project, ...args], env);
  undo.add("Compose", () => compose("down", "--volumes", "--remove-orphans"));
  report.progress("up");
  await compose("up", "--detach", "--no-build");
  const place = behindProxy(http);
  await answers(place, seeded);
  report.proved("all is up and healthy, each in its order, with the development secrets and no other step");
  await smoke(place, { credentials: seeded, isOpen: true });
  report.proved(`the contract's smoke test through the proxy's port: ${smokeTested}`);
  const client = new Client(place);
  await client.signIn(seeded);
  await labReports(client);
  report.proved("the lab runs, and its report is kept");
  const caught = (await (await fetch(`http://127.0.0.1:${mail}/api/v1/messages`)).json()) as { total: number };
  assert.ok(caught.total >= 1, "a mail is in the catcher");
  report.proved("the mail is in the mail catcher");
  await compose("down", "--volumes", "--remove-orphans");
}
