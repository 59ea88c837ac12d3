import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { connect } from "amqplib";
import type { NodeName } from "../../config/entry.ts";
import { exchange } from "../../mixins/event-queue/topology.ts";
import type { Schema } from "../../protocols/rest/json-schema.ts";
import type { OpenApi } from "../../protocols/rest/openapi.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { smallRun } from "../support/small-run.ts";
import { TestSmtp } from "../support/smtp-server.ts";
import { type System, startSystem } from "../support/system.ts";

type Name = Extract<NodeName, "auth" | "gateway" | "logger" | "mailer" | "lab">;
const names: readonly Name[] = ["auth", "gateway", "logger", "mailer", "lab"];

let system: System;
let smtp: TestSmtp;
let cookie: string;
const documents = new Map<Name, OpenApi>();
/** What was asked, as `auth GET /users`. */
const asked = new Set<string>();
before(async () => {
  const refuse = (address: string) => (address.startsWith("nobody") ? { code: 550, message: "nobody" } : undefined);
  smtp = await TestSmtp.start({ refuse });
  system = await startSystem([...names, "listener"], smtp.environment);
  for (const name of names) {
    documents.set(name, (await (await fetch(system.url(name, "/openapi.json"))).json()) as OpenApi);
  }
  const reply = await send(system.url("gateway", "/session"), { method: "POST", body: login });
  cookie = reply.headers.get("set-cookie")?.split(";")[0] ?? "";
});
after(async () => {
  await system?.stop();
  await smtp?.stop();
});

const login = { email: "admin@example.com", password: "verysecret" };

/** What the document says of a route's success beside the envelope, where it says it. */
function answerSchema(name: Name, route: string): Schema | undefined {
  const [method = "", path = ""] = route.split(" ");
  const operation = documents.get(name)?.paths[path]?.[method.toLowerCase()];
  const { responses } = (operation ?? assert.fail(`${name} does not tell of ${route}`)) as { responses: Responses };
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  return success?.content["application/json"]?.schema.allOf?.[1];
}

type Responses = Record<string, { readonly content: Record<string, { readonly schema: Success } | undefined> }>;
interface Success {
  readonly allOf?: readonly Schema[];
}

/** As it is, and nothing beside what it names: a field that is answered and not described is found too. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const { properties } = inside as { properties?: object };
  const isNamed = "type" in inside && properties !== undefined && Object.keys(properties).length > 0;
  return isNamed ? { ...inside, additionalProperties: false } : inside;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });

interface Request {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: string;
  readonly body?: unknown;
}

/** Asks, and holds the answer to what the document says of it. @returns the data */
async function ask<T>(name: Name, route: string, { path = {}, query = "", body }: Request = {}): Promise<T> {
  const [method = "", template = ""] = route.split(" ");
  const filled = template.replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(String(path[parameter])));
  const reply = await send(system.url(name, filled + query), { method, body, headers: { cookie } });
  const told = `${name} ${route}: ${JSON.stringify(reply.body)}`;
  assert.ok(reply.status === 200 || reply.status === 202, `${reply.status} ${told}`);
  const schema = answerSchema(name, route) ?? assert.fail(`what ${name} ${route} answers is not described`);
  const isAsDescribed = ajv.compile(closed(schema) as Schema);
  const { error: _, message: __, ...answer } = reply.body;
  assert.ok(isAsDescribed(answer), `${ajv.errorsText(isAsDescribed.errors)}: ${told}`);
  asked.add(`${name} ${route}`);
  return reply.body.data as T;
}

interface Kept {
  readonly id: string;
}
interface Rows {
  readonly rows: readonly Kept[];
}

test("auth's answers are as described", async () => {
  await ask("auth", "POST /authenticate", { body: login });
  const body = { email: "ada@example.com", password: "long enough", first_name: "Ada" };
  const path = await ask<{ id: number }>("auth", "POST /users", { body });
  await ask("auth", "GET /users", { query: "?q=ada" });
  await ask("auth", "GET /users/{id}", { path: { ...path } });
  await ask("auth", "GET /user", { query: "?email=ada@example.com" });
  await ask("auth", "PATCH /users/{id}", { path, body: { last_name: "Lovelace" } });
  await ask("auth", "PUT /users/{id}/password", { path, body: { password: "another one" } });
  await ask("auth", "POST /users/{id}/deactivate", { path: { ...path } });
});

test("the log's answers are as described, at the logger and at the gateway", async () => {
  for (const route of ["POST /log", "POST /api/log"]) {
    await ask("logger", route, { body: { name: "described", data: "x", source: "spec", severity: "error" } });
  }
  for (const name of ["logger", "gateway"] as const) {
    const { rows } = await ask<Rows>(name, "GET /logs", { query: "?name=described&pageSize=1&page=1" });
    const [path = assert.fail("no entry")] = rows as unknown as [{ id: string }];
    await ask(name, "GET /logs/{id}", { path: { ...path } });
    if (name === "logger") await ask(name, "PATCH /logs/{id}", { path, body: { data: "changed" } });
    await ask(name, "DELETE /logs/{id}", { path: { ...path } });
    await ask(name, "DELETE /logs", { query: "?source=spec" });
    await ask("logger", "POST /log", { body: { name: "described", data: "y" } });
  }
});

test("the mails' answers are as described, at the mailer and at the gateway", async () => {
  const body = { to: "you@example.com", subject: "Described", message: "x", attachments: [note] };
  const path = await ask<Kept>("mailer", "POST /send", { body });
  await ask("mailer", "POST /send", { body: { ...body, wait: false } });
  for (const name of ["mailer", "gateway"] as const) {
    const refused = { ...body, id: `refused ${name}`, to: "nobody@example.com" };
    assert.equal((await send(system.url("mailer", "/send"), { method: "POST", body: refused })).status, 422);
    await ask(name, "GET /mails", { query: "?pageSize=5" });
    await ask(name, "GET /mails/{id}", { path: { ...path } });
    await ask(name, "GET /mails/{id}", { path: { id: refused.id } });
    await ask(name, "POST /mails/{id}/resend", { path: { id: refused.id } });
    await ask(name, "GET /mail-templates");
    const preview = { path: { template: "message" }, body: { variables: { message: "x" } } };
    await ask(name, "POST /mail-templates/{template}/preview", preview);
  }
});

test("the dead letters' answers are as described", async () => {
  const connection = await connect(system.config.rabbitUrl);
  const channel = await connection.createConfirmChannel();
  for (const body of ["no JSON", '{"name": 1}']) channel.publish(exchange, "log.ERROR", Buffer.from(body));
  await channel.waitForConfirms();
  await connection.close();
  const [path] = await eventually(async () => {
    const letters = await ask<readonly Kept[]>("gateway", "GET /dead-letters", { query: "?limit=5" });
    return letters.length === 2 ? letters : undefined;
  });
  await ask("gateway", "POST /dead-letters/resend", { body: { id: path?.id } });
  await ask("gateway", "POST /dead-letters/resend", { body: { all: true } });
});

test("the lab's answers are as described", async () => {
  await ask("lab", "POST /echo", { body: { payload: "x" } });
  await ask("gateway", "GET /lab");
  const wishes = { ...smallRun, contenders: ["mesh"], rounds: 2 };
  await ask("gateway", "POST /lab", { body: wishes });
  await eventually(async () => {
    const run = await ask<{ state: string; reported: boolean } | null>("gateway", "GET /lab");
    return run?.reported || undefined;
  }, 60_000);
  const [path] = await ask<readonly Kept[]>("gateway", "GET /lab/reports");
  await ask("gateway", "GET /lab/reports/{id}", { path: { ...path } });
  await ask("gateway", "POST /lab", { body: { ...wishes, rounds: 20, duration: 5_000 } });
  await ask("gateway", "DELETE /lab");
});

test("what the gateway does over a protocol, and says of the session and the mesh, is as described", async () => {
  const log = { name: "described", data: "x" };
  const mail = { from: "me@example.com", to: "you@example.com", subject: "Described", message: "x" };
  for (const body of [
    { action: "auth", auth: login },
    { action: "log", log },
    { action: "mail", mail },
  ]) {
    await ask("gateway", "POST /handle", { body });
  }
  for (const route of ["POST /log-rest", "POST /log-rpc", "POST /log-grpc", "POST /log-amqp", "POST /log-mesh"]) {
    await ask("gateway", route, { body: { action: "log", log } });
  }
  await ask("gateway", "POST /session", { body: login });
  await ask("gateway", "GET /session");
  await system.nodes.lab?.stop();
  await eventually(async () => {
    const { nodes } = await ask<{ nodes: readonly { available: boolean }[] }>("gateway", "GET /mesh");
    return nodes.some(({ available }) => !available) || undefined;
  });
});

test("what is described was asked for here", () => {
  const described = names.flatMap((name) =>
    Object.entries(documents.get(name)?.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { readonly tags: readonly string[] }>).flatMap(([method, { tags }]) => {
        const route = `${method.toUpperCase()} ${path}`;
        return tags[0] === name && answerSchema(name, route) !== undefined ? [`${name} ${route}`] : [];
      }),
    ),
  );
  assert.deepEqual([...asked].sort(), described.sort());
});

const note = { filename: "note.txt", content: Buffer.from("x").toString("base64"), contentType: "text/plain" };
