import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CodedError } from "../../errors/index.ts";
import { findRpc, type Message, type Rpc } from "./definitions.ts";
import { fromMessage, toRequest, toResponse } from "./message.ts";

const rpc = (name: string): Rpc => findRpc(name) ?? assert.fail(`no ${name}`);
const write = rpc("logs.LogService/WriteLog");
const send = rpc("mail.MailService/Send");

/** Over the wire and back. */
const requested = ({ definition, request }: Rpc, params: object): Message =>
  fromMessage(request, definition.requestDeserialize(definition.requestSerialize(toRequest(request, params))), false);
const answered = ({ definition, response }: Rpc, value: object): Message =>
  fromMessage(
    response,
    definition.responseDeserialize(definition.responseSerialize(toResponse(response, value))),
    true,
  );

test("any text, also binary-looking, comes through a request as it is, and what was left out stays out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, data) => {
      const logEntry = { name, data };
      assert.deepEqual(requested(write, { logEntry }), { logEntry });
    }),
  );
  const full = { name: "", data: "\0\u{1F600}é", severity: "", source: "s", via: "grpc", event_id: "e" };
  assert.deepEqual(requested(write, { logEntry: full }), { logEntry: full });
});

test("lists, objects with values of any kind, and falsy values come through", () => {
  const params = {
    to: ["a@example.com", "b@example.com"],
    variables: { text: "", number: 0, no: false },
    attachments: [{ filename: "a.txt", content: "YQ==" }],
    wait: false,
  };
  assert.deepEqual(requested(send, params), params);
  assert.deepEqual(requested(send, { to: "one@example.com" }), { to: ["one@example.com"] });
  assert.deepEqual(requested(send, { to: [], attachments: null }), {}, "an empty list is none");
});

test("what a typed message would bend is refused, and the field named", () => {
  const refused = (name: string, params: object, message: RegExp) =>
    assert.throws(
      () => toRequest(rpc(name).request, params),
      (error) => error instanceof CodedError && error.type === "VALIDATION_FAILED" && message.test(error.message),
    );
  refused("logs.LogService/WriteLog", { logEntry: { name: "a" } }, /^The "logEntry.data" field is required\.$/);
  refused("logs.LogService/WriteLog", { logEntry: { name: 1, data: "" } }, /"logEntry.name" field must be a string/);
  refused("logs.LogService/WriteLog", { logEntry: "x" }, /must be an Object/);
  refused("logs.LogService/ListLogs", { page: 1.5 }, /^The "page" field must be an integer\.$/);
  refused("logs.LogService/ListLogs", { page: -1 }, /greater than or equal to 0/);
  refused("logs.LogService/ListLogs", { page: 2 ** 40 }, /less than or equal to 4294967295/);
  refused("logs.LogService/ListLogs", { page: "many" }, /must be a number/);
  refused("auth.AuthService/UpdateUser", { id: 1, active: "maybe" }, /must be a boolean/);
  refused(
    "mail.MailService/Preview",
    { template: "alert", variables: { a: null } },
    /^The "variables.a" field must be/,
  );
  assert.deepEqual(toRequest(rpc("logs.LogService/ListLogs").request, { page: "2" }), { page: 2 });
});

test("a value comes back as the other protocols have it: zeros and empty lists are there, times are ISO 8601", () => {
  const time = new Date("2026-01-02T03:04:05.678Z");
  const user = { id: 1, email: "", first_name: "é", last_name: "", active: 0, created_at: time, updated_at: null };
  const { updated_at: _, ...expected } = { ...user, created_at: "2026-01-02T03:04:05.678Z" };
  assert.deepEqual(answered(rpc("auth.AuthService/FindUser"), user), expected);
  const page = { rows: [], total: 0, page: 1, pageSize: 20, totalPages: 0 };
  assert.deepEqual(answered(rpc("logs.LogService/ListLogs"), page), page);
});
