import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ActionSchema, ServiceSchema } from "moleculer";
import type { Code } from "../../../errors/codes.ts";
import { CodedError } from "../../../errors/index.ts";
import type { Answer } from "../../../protocols/client.ts";
import { mappingsOf } from "../../../protocols/grpc/mapping.ts";
import { protocols } from "../../../protocols/protocol.ts";
import type GatewayService from "../../../services/gateway/gateway.service.ts";
import { send } from "../../support/http.ts";
import { type System, startSystem } from "../../support/system.ts";

/** The protocols as this system calls them, and `POST /rpc` as a client of another system does. */
const ways = [...protocols, "json-rpc-http"] as const;
type Way = (typeof ways)[number];

/** What a call over one protocol has made for the rows after it, so that the protocols do not meet. */
interface Made {
  readonly user: string;
  readonly id: Record<"entry" | "user" | "mail", unknown>;
}
/** The refusal's code and message; none when there is a value. */
type Refused = readonly [Code, string];
type Row = readonly [operation: string, what: string, params: object | ((made: Made) => object), refused?: Refused];

const invalid = (message: string): Refused => ["VALIDATION_FAILED", message];
const mail = { from: "a@example.com", to: "b@example.com", subject: "é\u{1F600}", message: "<b>" };
const attachments = [{ filename: "é.bin", content: "AAEC/w==", contentType: "application/octet-stream" }];

const table: readonly Row[] = [
  ["auth.createUser", "good", ({ user }) => ({ email: user, password: "long enough", first_name: "Ådä" })],
  [
    "auth.createUser",
    "taken",
    ({ user }) => ({ email: user.toUpperCase(), password: "long enough" }),
    ["CONFLICT", "another user has this e-mail address"],
  ],
  [
    "auth.createUser",
    "no address",
    { email: "none", password: "long enough" },
    invalid('The "email" field must be an e-mail address.'),
  ],
  [
    "auth.createUser",
    "short password",
    { email: "c@example.com", password: "short" },
    invalid('The "password" field must be a text of 8 to 1024 characters.'),
  ],
  ["auth.authenticate", "good", ({ user }) => ({ email: user, password: "long enough" })],
  [
    "auth.authenticate",
    "wrong password",
    ({ user }) => ({ email: user, password: "wrong" }),
    ["INVALID_CREDENTIALS", "invalid credentials"],
  ],
  [
    "auth.authenticate",
    "unknown user",
    ({ user }) => ({ email: `x${user}`, password: "wrong" }),
    ["INVALID_CREDENTIALS", "invalid credentials"],
  ],
  ["auth.authenticate", "field missing", { password: "a" }, invalid('The "email" field is required.')],
  ["auth.authenticate", "wrong type", { email: 7, password: "a" }, invalid('The "email" field must be a string.')],
  ["auth.findUser", "by email", { email: "admin@example.com" }],
  ["auth.findUser", "by id", ({ id }) => ({ id: id.user })],
  ["auth.findUser", "unknown", { id: 2_147_483_647 }, ["NOT_FOUND", "there is no user with the id 2147483647"]],
  ["auth.findUser", "no number", { id: "x" }, invalid('The "id" field must be a number.')],
  ["auth.findUser", "beyond", { id: 0 }, invalid('The "id" field must be greater than or equal to 1.')],
  ["auth.listUsers", "all", { pageSize: 1 }],
  ["auth.listUsers", "none", { q: "nobody \u{1F600}%_" }],
  ["auth.listUsers", "beyond", { pageSize: 101 }, invalid('The "pageSize" field must be less than or equal to 100.')],
  ["auth.updateUser", "good", ({ id }) => ({ id: id.user, last_name: "", active: true })],
  ["auth.updateUser", "wrong type", { id: 1, active: "maybe" }, invalid('The "active" field must be a boolean.')],
  ["auth.setPassword", "good", ({ id }) => ({ id: id.user, password: "another one" })],
  [
    "auth.setPassword",
    "unknown",
    { id: 2_147_483_647, password: "another one" },
    ["NOT_FOUND", "there is no user with the id 2147483647"],
  ],
  ["auth.deactivateUser", "unknown", { id: 2_147_483_647 }, ["NOT_FOUND", "there is no user with the id 2147483647"]],
  ["auth.deactivateUser", "good", ({ id }) => ({ id: id.user })],
  [
    "auth.authenticate",
    "inactive",
    ({ user }) => ({ email: user, password: "another one" }),
    ["INVALID_CREDENTIALS", "invalid credentials"],
  ],
  [
    "logger.write",
    "good",
    ({ user }) => ({ name: user, data: "é\u{1F600} \0 AAEC/w==", severity: "warning", event_id: user }),
  ],
  ["logger.write", "empty", { name: "a", data: "" }],
  ["logger.write", "field missing", { name: "a" }, invalid('The "data" field is required.')],
  ["logger.write", "wrong type", { name: 1, data: "a" }, invalid('The "name" field must be a string.')],
  ["logger.get", "good", ({ id }) => ({ id: id.entry })],
  ["logger.list", "one", ({ user }) => ({ name: user, pageSize: 5, sort: "-name" })],
  ["logger.list", "none", { q: "\u{1F600} is in no entry" }],
  ["logger.list", "beyond", { page: 0 }, invalid('The "page" field must be greater than or equal to 1.')],
  ["logger.update", "good", ({ id }) => ({ id: id.entry, data: "changed" })],
  ["logger.remove", "good", ({ id }) => ({ id: id.entry })],
  ["logger.remove", "gone", ({ id }) => ({ id: id.entry }), ["NOT_FOUND", "there is no log entry ID"]],
  ["logger.get", "gone", ({ id }) => ({ id: id.entry }), ["NOT_FOUND", "there is no log entry ID"]],
  ["logger.update", "gone", ({ id }) => ({ id: id.entry, data: "x" }), ["NOT_FOUND", "there is no log entry ID"]],
  ["logger.update", "nothing", { id: "1" }, invalid('One of "name", "data", "severity", "source" is required.')],
  ["logger.clear", "no source", { source: "" }, invalid("")],
  ["logger.clear", "good", {}],
  ["mailer.send", "good", ({ user }) => ({ ...mail, to: user, attachments })],
  ["mailer.send", "no receiver", { from: "a@example.com" }, invalid('The "to" field is required.')],
  ["mailer.get", "good", ({ id }) => ({ id: id.mail })],
  ["mailer.get", "unknown", { id: "nowhere" }, ["NOT_FOUND", 'there is no mail with the id "nowhere"']],
  ["mailer.list", "none", { status: "failed" }],
  ["mailer.list", "no such state", { status: "lost" }, invalid("")],
  ["mailer.resend", "sent", ({ id }) => ({ id: id.mail }), ["CONFLICT", "the mail was sent already"]],
  ["mailer.templates", "good", {}],
  ["mailer.preview", "good", { template: "alert", variables: { name: "<b>é", data: 1 } }],
  ["mailer.preview", "unknown", { template: "none" }, invalid("")],
];

let system: System;
const made = Object.fromEntries(ways.map((way) => [way, { user: `${way}@example.com`, id: {} } as Made])) as Record<
  Way,
  Made
>;
before(async () => {
  system = await startSystem(["gateway", "auth", "logger", "mailer"]);
});
after(() => system?.stop());

function call(way: Way, operation: string, params: object): Promise<Answer> {
  if (way === "json-rpc-http") return overHttp(operation, params);
  const gateway = system.nodes.gateway?.broker.getLocalService("gateway") as unknown as GatewayService;
  return gateway.clients.over(way).call(operation, params, { deadline: 20_000, requestId: "conformance" });
}

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data: { readonly code: Code; readonly data?: unknown } };
}

async function overHttp(operation: string, params: object): Promise<Answer> {
  const body = { jsonrpc: "2.0", id: 1, method: operation, params };
  const reply = await send(system.url(operation.split(".")[0] as "auth", "/rpc"), { method: "POST", body });
  const { result, error } = reply.body as unknown as RpcAnswer;
  if (error !== undefined) throw new CodedError(error.data.code, error.message, { data: error.data.data });
  return { value: result, node: reply.headers.get("x-node") ?? undefined };
}

async function outcome(way: Way, [operation, , params]: Row): Promise<object> {
  const given = typeof params === "function" ? params(made[way]) : params;
  try {
    const { value, node } = await call(way, operation, given);
    assert.equal(node, system.nodes[operation.split(".")[0] as "auth"]?.broker.nodeID);
    keep(operation, made[way], value as { id?: unknown });
    return { value: comparable(value, made[way]) };
  } catch (error) {
    const { type, message, data } = error as CodedError;
    return comparable({ code: type, message, data }, made[way]) as object;
  }
}

function keep(operation: string, { id }: Made, value: { id?: unknown }): void {
  if (operation === "auth.createUser") id.user = value.id;
  if (operation === "logger.write") id.entry ??= value.id;
  if (operation === "mailer.send") id.mail = value.id;
}

/** Without what differs from one call to the next: times, ids and the user that the protocol has to itself. */
function comparable(value: unknown, { user, id }: Made): unknown {
  const ids = Object.values(id).filter((one) => typeof one === "string");
  return JSON.parse(JSON.stringify(value), (key, item: unknown) => {
    if (/^(id|total|totalPages|.*_at|request_id|removed)$/.test(key)) return typeof item;
    if (typeof item !== "string") return item;
    return ids.reduce((text, one) => text.replaceAll(one, "ID"), item.replaceAll(user, "USER"));
  });
}

for (const row of table) {
  const [operation, what, , refused] = row;
  test(`${operation}: ${what}`, async () => {
    const outcomes = await Promise.all(ways.map((way) => outcome(way, row)));
    const [first = {}] = outcomes;
    if (refused === undefined) assert.ok("value" in first, JSON.stringify(first));
    else {
      const { code, message } = first as { code?: string; message?: string };
      assert.deepEqual([code, message], [refused[0], refused[1] || message]);
    }
    for (const [index, way] of ways.entries()) assert.deepEqual(outcomes[index], first, way);
  });
}

test("the table has every operation that a service exposes, and each is exposed over every protocol", () => {
  const exposed = (["auth", "logger", "mailer"] as const).flatMap((name) => {
    const service: unknown = system.nodes[name]?.broker.getLocalService(name);
    const { actions = {} } = (service as { schema: ServiceSchema }).schema;
    return Object.entries(actions).flatMap(([action, given]) => {
      const { expose } = given as ActionSchema;
      const operation = `${name}.${action}`;
      // A stream of responses is gRPC's alone.
      const isCalled = mappingsOf(operation, expose ?? {}).some(({ of }) => !of.definition.responseStream);
      if (expose === undefined || !isCalled) return [];
      assert.ok(expose.rest && expose.jsonRpc && expose.grpc && expose.amqp, operation);
      return [operation];
    });
  });
  assert.deepEqual([...new Set(table.map(([operation]) => operation))].sort(), exposed.sort());
});
