import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { protocols } from "../../protocols/protocol.ts";
import { eventually } from "../../test/support/eventually.ts";
import type { Reply } from "../../test/support/post.ts";
import { entriesNamed } from "./books.ts";
import { Client, type Credentials, type Place } from "./client.ts";

const PATIENCE = 20_000;
const routes = ["rest", "rpc", "grpc", "amqp", "mesh"] as const;

export const smokeTested = "page, logins, the log over five protocols, mail, events, the live stream";

/** Resolves when a login goes through the proxy, the gateway, the mesh and Postgres. */
export async function answers(place: Place, auth: Credentials): Promise<void> {
  const client = new Client(place);
  await eventually(
    async () => (await client.post("/handle", { action: "auth", auth })).status === 202 || undefined,
    120_000,
  );
}

/** A node that has just started may be too late for a deadline of 1 s; what it then did all the same is done twice. */
function settled(client: Client, path: string, body: object): Promise<Reply> {
  return eventually(async () => {
    const reply = await client.post(path, body);
    return [503, 504].includes(reply.status) ? undefined : reply;
  }, PATIENCE);
}

/** The contract's smoke test, from outside. @throws AssertionError with what is not as the contract says */
export async function smoke(place: Place, { credentials, isOpen }: { credentials: Credentials; isOpen: boolean }) {
  await thePage(place);
  const client = new Client(place);
  if (!isOpen) await nobodyElse(client);
  await logins(client, credentials);
  await client.signIn(credentials);
  const name = `smoke-${randomUUID()}`;
  const listening = new AbortController();
  try {
    const seen = await tail(client, name, listening.signal);
    await everyWayToTheLog(client, name);
    await eventually(async () => seen() || undefined, PATIENCE);
  } finally {
    listening.abort();
  }
  await mailAndEvents(client, credentials);
}

/** A small run of the lab, whose report must be on its volume. @throws AssertionError when it is not */
export async function labReports(client: Client): Promise<void> {
  const wishes = { contenders: ["rest"], payloads: [64], concurrency: [1], rounds: 1, duration: 100, warmUp: 0 };
  const begun = await settled(client, "/lab", wishes);
  assert.equal(begun.status, 202, begun.body.message);
  const { id } = begun.body.data as { id: string };
  const kept = async () => (await client.get(`/lab/reports/${id}`)).status === 200 || undefined;
  await eventually(kept, 120_000);
}

async function thePage(place: Place): Promise<void> {
  const page = await fetch(place.page);
  assert.equal(page.status, 200);
  const html = await page.text();
  const script = /src="(assets\/main-[A-Z0-9]+\.js)"/.exec(html)?.[1];
  assert.ok(script, "the page names its script");
  assert.equal((await fetch(`${place.page}/${script}`)).status, 200);
  const config = (await (await fetch(`${place.page}/config.json`)).json()) as { gatewayUrl: string };
  assert.equal(config.gatewayUrl, "/api");
  assert.equal((await fetch(`${place.gateway}/metrics`)).status, 404, "a node's own routes are nobody's outside");
  // A cluster without an Ingress controller has no proxy, which would say for whom it asks.
  const isBehindProxy = new URL(place.page).host === new URL(place.gateway).host;
  if (isBehindProxy) assert.equal((await fetch(`${place.page}/metrics`)).status, 404, "the page's are no more");
}

async function nobodyElse(client: Client): Promise<void> {
  const reply = await client.post("/handle", { action: "log", log: { name: "stranger", data: "x" } });
  assert.equal(reply.status, 401);
  assert.equal(reply.body.code, "UNAUTHENTICATED");
}

async function logins(client: Client, auth: Credentials): Promise<void> {
  const reply = await settled(client, "/handle", { action: "auth", auth });
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Authenticated!");
  assert.equal((reply.body.data as { email: string }).email, auth.email);
  const wrong = await settled(client, "/handle", { action: "auth", auth: { ...auth, password: "not this one" } });
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.message, "invalid credentials");
}

async function everyWayToTheLog(client: Client, name: string): Promise<void> {
  for (const route of routes) {
    const reply = await settled(client, `/log-${route}`, { action: "log", log: { name, data: `log-${route}` } });
    assert.equal(reply.status, 202, `/log-${route}`);
  }
  for (const via of protocols) {
    const reply = await settled(client, "/handle", { action: "log", via, log: { name, data: `via ${via}` } });
    assert.equal(reply.status, 202, `via ${via}`);
    assert.equal(reply.headers.get("x-via"), via);
  }
  const expected = [...routes.map((route) => `log-${route}`), ...protocols.map((via) => `via ${via}`)].sort();
  assert.deepEqual([...new Set(await entriesNamed(client, name))].sort(), expected);
}

async function mailAndEvents(client: Client, { email }: Credentials): Promise<void> {
  const mail = { from: "smoke@example.com", to: "you@example.com", subject: "Smoke", message: "It works." };
  const reply = await settled(client, "/handle", { action: "mail", mail });
  assert.equal(reply.status, 202);
  assert.equal(reply.body.message, "Message sent to you@example.com");
  assert.equal((reply.body.data as { status: string }).status, "sent", "the mail server took it");
  assert.equal((await client.post("/")).body.message, "Received request");
  const events = [
    ["broker_hit", ""],
    ["authentication", `valid login for ${email}`],
  ] as const;
  for (const [name, data] of events) {
    await eventually(async () => (await entriesNamed(client, name)).some((found) => found.includes(data)) || undefined);
  }
}

/** @returns whether all of these entries have come by the live stream */
async function tail(client: Client, name: string, signal: AbortSignal): Promise<() => boolean> {
  const stream = await client.stream("/logs/stream", signal);
  let text = "";
  const reading = async () => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream() as never)) text += chunk;
  };
  reading().catch(() => undefined); // Given up at the end.
  return () => text.split(name).length - 1 >= routes.length + protocols.length;
}
