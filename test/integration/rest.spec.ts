import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { ActionSchema, ServiceSchema } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { RestClient } from "../../protocols/rest/client.ts";
import { eventually } from "../support/eventually.ts";
import { send } from "../support/http.ts";
import { needs } from "../support/require.ts";
import { storedLogs } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";

const run = promisify(execFile);

let system: System;
let client: RestClient;
before(async () => {
  system = await startSystem(["auth", "gateway", "logger", "mailer"]);
  client = new RestClient((system.nodes.gateway ?? assert.fail()).broker);
});
after(async () => {
  await client?.close();
  await system?.stop();
});

type Name = "auth" | "logger" | "mailer";
const names: readonly Name[] = ["auth", "logger", "mailer"];
const schemaOf = (name: Name): ServiceSchema => {
  const service: unknown = system.nodes[name]?.broker.getLocalService(name);
  return (service as { schema: ServiceSchema }).schema;
};
const call = async (operation: string, params: object) =>
  (await client.call(operation, params, { deadline: 10_000, requestId: "rest-spec" })).value;
const ask = (name: Name, route: string, body?: unknown) => {
  const [method = "", path = ""] = route.split(" ");
  return send(system.url(name, path), { method, body });
};

test("every operation that another protocol serves has a route; the streams are gRPC's alone", () => {
  for (const name of names) {
    for (const [action, schema] of Object.entries(schemaOf(name).actions ?? {})) {
      const { expose, visibility } = schema as ActionSchema;
      if (expose === undefined || visibility === "protected") continue;
      assert.ok(expose.rest, `${name}.${action}`);
    }
  }
});

test("when users are made, found, listed and changed over REST, then each answer is the user as it is then", async () => {
  const made = await ask("auth", "POST /users", {
    email: "ada@example.com",
    first_name: "Ada",
    password: "long enough",
  });
  assert.equal(made.status, 202);
  assert.equal(made.body.message, "user created");
  const user = made.body.data as { id: number };
  assert.ok(!JSON.stringify(made.body).includes("password"));
  for (const route of [`GET /users/${user.id}`, `GET /user?id=${user.id}`, "GET /user?email=ADA%40example.com"]) {
    const found = await ask("auth", route);
    assert.equal(found.status, 200, route);
    assert.deepEqual(found.body, { error: false, message: "user", data: user });
  }
  const listed = await ask("auth", "GET /users?q=ada&pageSize=1&page=1");
  assert.deepEqual(listed.body.data, { rows: [user], total: 1, page: 1, pageSize: 1, totalPages: 1 });
  const changed = await ask("auth", `PATCH /users/${user.id}`, { last_name: "Lovelace" });
  assert.equal((changed.body.data as { last_name: string }).last_name, "Lovelace");
  assert.equal((await ask("auth", `PUT /users/${user.id}/password`, { password: "another one" })).status, 202);
  const login = { email: "ada@example.com", password: "another one" };
  assert.equal((await ask("auth", "POST /authenticate", login)).body.message, "Logged in user ada@example.com");
  assert.equal(((await ask("auth", `POST /users/${user.id}/deactivate`)).body.data as { active: number }).active, 0);
  assert.equal((await ask("auth", "POST /authenticate", login)).status, 401);
});

test("when the log is read and changed over REST, then queries have their types, and one entry its path", async () => {
  for (const data of ["one", "two", "three"])
    await ask("logger", "POST /log", { name: "listed", data, severity: "error" });
  const page = (await ask("logger", "GET /logs?name=listed&pageSize=2&page=2&sort=created_at")).body.data;
  const { rows, ...counts } = page as { rows: { id: string; data: string }[] };
  assert.deepEqual(counts, { total: 3, page: 2, pageSize: 2, totalPages: 2 });
  const id = rows[0]?.id;
  assert.deepEqual(
    rows.map(({ data }) => data),
    ["three"],
  );
  assert.equal(((await ask("logger", `GET /logs/${id}`)).body.data as { data: string }).data, "three");
  const changed = await ask("logger", `PATCH /logs/${id}`, { data: "four", id: "another" });
  assert.equal(changed.body.message, "log entry changed");
  assert.equal((await storedLogs(system)).find(({ _id }) => String(_id) === id)?.data, "four");
  assert.deepEqual((await ask("logger", `DELETE /logs/${id}`)).body.data, { removed: 1 });
  assert.equal((await ask("logger", `GET /logs/${id}`)).status, 404);
  const cleared = await ask("logger", "DELETE /logs");
  assert.equal(cleared.body.message, "log cleared");
  assert.deepEqual(await storedLogs(system), []);
});

test("when mails are sent, looked at and sent again over REST, then their ids may be any text", async () => {
  const id = "../a b?#%2F日本";
  const sent = await ask("mailer", "POST /send", { id, to: "you@example.com", subject: "REST", message: "x" });
  assert.equal(sent.body.message, "sent to you@example.com");
  const got = await ask("mailer", `GET /mails/${encodeURIComponent(id)}`);
  assert.equal((got.body.data as { id: string }).id, id);
  const again = await ask("mailer", `POST /mails/${encodeURIComponent(id)}/resend`);
  assert.deepEqual([again.status, again.body.code], [409, "CONFLICT"]);
  assert.equal(((await ask("mailer", "GET /mails?status=sent")).body.data as { total: number }).total, 1);
  assert.ok(Array.isArray((await ask("mailer", "GET /mail-templates")).body.data));
  const preview = await ask("mailer", "POST /mail-templates/message/preview", { variables: { message: "Hello" } });
  assert.match((preview.body.data as { text: string }).text, /Hello/);
});

test("when something is wrong, then the code is every protocol's, and the message names the field", async () => {
  const cases: [Name, string, unknown, number, string, RegExp][] = [
    ["auth", "GET /users?page=0", undefined, 400, "VALIDATION_FAILED", /"page"/],
    ["auth", "GET /users?page=two", undefined, 400, "VALIDATION_FAILED", /"page"/],
    ["auth", "GET /users?q=a&q=b", undefined, 400, "VALIDATION_FAILED", /"q"/],
    ["auth", "GET /users/none", undefined, 400, "VALIDATION_FAILED", /"id"/],
    ["auth", "GET /users/", undefined, 400, "VALIDATION_FAILED", /"id"/],
    ["auth", "GET /user", undefined, 400, "VALIDATION_FAILED", /"id".*"email"/],
    ["auth", "GET /users/4711", undefined, 404, "NOT_FOUND", /4711/],
    ["auth", "POST /users", { email: "not one", password: "long enough" }, 400, "VALIDATION_FAILED", /"email"/],
    ["auth", "PUT /users/1/password", { password: "short" }, 400, "VALIDATION_FAILED", /"password"/],
    ["auth", "PUT /users/1/password?password=long-enough", {}, 400, "VALIDATION_FAILED", /"password"/],
    ["auth", "PATCH /users/1", "", 400, "MALFORMED_BODY", /empty/],
    ["logger", "GET /logs?severity=fatal", undefined, 400, "VALIDATION_FAILED", /"severity"/],
    ["logger", "GET /logs?from=yesterday", undefined, 400, "VALIDATION_FAILED", /"from"/],
    ["logger", "GET /logs/%FF", undefined, 400, "MALFORMED_REQUEST", /address/],
    ["logger", "PATCH /logs/1", { severity: "fatal" }, 400, "VALIDATION_FAILED", /"severity"/],
    ["logger", "PUT /logs/1", {}, 405, "METHOD_NOT_ALLOWED", /GET, HEAD, PATCH, DELETE/],
    ["logger", "GET /logs/1/2", undefined, 404, "NOT_FOUND", /\/logs\/1\/2/],
    ["mailer", "GET /mails?status=lost", undefined, 400, "VALIDATION_FAILED", /"status"/],
    ["mailer", "POST /mail-templates/none/preview", {}, 400, "VALIDATION_FAILED", /"template"/],
  ];
  for (const [name, route, body, status, code, message] of cases) {
    const reply = await ask(name, route, body);
    assert.deepEqual([reply.status, reply.body.code, reply.body.error], [status, code, true], route);
    assert.match(reply.body.message, message, route);
  }
});

test("when our own client calls, then every operation is there, by the route that takes its parameters", async () => {
  const user = (await call("auth.createUser", { email: "rest@example.com", password: "long enough" })) as {
    id: number;
  };
  assert.deepEqual(await call("auth.findUser", { id: user.id }), user);
  assert.deepEqual(await call("auth.findUser", { email: "rest@example.com" }), user);
  assert.equal(((await call("auth.listUsers", { q: "rest@" })) as { total: number }).total, 1);
  await call("auth.updateUser", { id: user.id, first_name: "R" });
  await call("auth.setPassword", { id: user.id, password: "another one" });
  assert.ok(await call("auth.authenticate", { email: "rest@example.com", password: "another one" }));
  assert.equal(((await call("auth.deactivateUser", { id: user.id })) as { active: number }).active, 0);

  const { id } = (await call("logger.write", { name: "by client", data: "x" })) as { id: string };
  assert.equal(((await call("logger.list", { name: "by client", page: 1 })) as { total: number }).total, 1);
  await call("logger.update", { id, data: "y" });
  assert.equal(((await call("logger.get", { id })) as { data: string }).data, "y");
  assert.deepEqual(await call("logger.remove", { id }), { removed: 1 });
  assert.ok(((await call("logger.clear", {})) as { removed: number }).removed >= 0);

  await call("mailer.send", { id: "..", to: ["a@example.com", "b@example.com"], subject: "s", message: "m" });
  assert.equal(((await call("mailer.get", { id: ".." })) as { id: string }).id, "..");
  assert.ok(((await call("mailer.list", { status: "sent" })) as { total: number }).total > 0);
  await assert.rejects(call("mailer.resend", { id: ".." }), { type: "CONFLICT" });
  assert.ok(Array.isArray(await call("mailer.templates", {})));
  assert.ok(await call("mailer.preview", { template: "alert", variables: { name: "n" } }));
});

test("when curl asks, as the documents show it, then paths, queries and bodies are understood", {
  skip: needs("curl"),
}, async () => {
  const ask = async (path: string, ...given: string[]) => {
    const { stdout } = await run("curl", ["-s", "-w", "\\n%{http_code}", system.url("logger", path), ...given]);
    const [body = "", status] = stdout.split("\n");
    return { status: Number(status), ...(JSON.parse(body) as { message: string; code?: string; data: never }) };
  };
  const json = ["-H", "Content-Type: application/json"];
  const written = await ask("/log", ...json, "-d", '{"name":"curl","data":"caf\u00e9 \\u0000 \\ud83d\\ude00"}');
  assert.deepEqual([written.status, written.message], [202, "logged"]);
  const { id } = written.data as { id: string };
  const found = await ask(`/logs/${id}`);
  assert.deepEqual([found.status, (found.data as { data: string }).data], [200, "caf\u00e9 \0 \u{1F600}"]);
  const listed = await ask("/logs", "--get", "-d", "name=curl", "--data-urlencode", "q=caf\u00e9");
  assert.equal((listed.data as { total: number }).total, 1);
  const changed = await ask(`/logs/${id}`, "-X", "PATCH", ...json, "-d", '{"severity":"error"}');
  assert.equal((changed.data as { severity: string }).severity, "error");
  const garbled = await ask("/log", ...json, "-d", '{"name":');
  assert.deepEqual([garbled.status, garbled.code], [400, "MALFORMED_BODY"]);
  assert.equal((await ask(`/logs/${id}`, "-X", "DELETE")).status, 202);
  assert.deepEqual((await ask(`/logs/${id}`)).code, "NOT_FOUND");
});

test("when our own client is refused, or nobody is there, then it is the coded error of every protocol", async () => {
  const cases: [string, object, string, RegExp][] = [
    ["logger.get", { id: "none" }, "NOT_FOUND", /none/],
    ["logger.get", {}, "VALIDATION_FAILED", /"id" field is required/],
    ["logger.get", { id: "" }, "VALIDATION_FAILED", /"id"/],
    ["logger.get", { id: 7 }, "VALIDATION_FAILED", /"id" field must be a string/],
    ["logger.list", { q: 7 }, "VALIDATION_FAILED", /"q" field must be a string/],
    ["logger.list", { page: "two" }, "VALIDATION_FAILED", /"page"/],
    ["logger.list", { name: "x".repeat(100_000) }, "VALIDATION_FAILED", /"name"/],
    ["logger.write", { name: "x", data: "x".repeat(1 << 20) }, "BODY_TOO_LARGE", /1048576/],
    ["auth.findUser", {}, "VALIDATION_FAILED", /"id".*"email"/],
    ["$node.list", {}, "PROTOCOL_UNAVAILABLE", /not served over REST/],
    ["listener.resend", {}, "SERVICE_UNAVAILABLE", /no node/],
  ];
  for (const [operation, params, type, message] of cases) {
    await assert.rejects(call(operation, params), (error) => {
      assert.ok(error instanceof CodedError);
      assert.equal(error.type, type, `${operation}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
  }
  await system.nodes.mailer?.stop();
  await eventually(async () =>
    call("mailer.list", {}).then(
      () => undefined,
      (error: CodedError) => error.type === "SERVICE_UNAVAILABLE" || undefined,
    ),
  );
});
