import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConnectionAcquireTimeoutError, ConnectionRefusedError, DatabaseError } from "sequelize";
import { CodedError } from "../../errors/index.ts";
import { databaseFailure, reasonOf } from "./failure.ts";

const refusedStatement = (code: string) =>
  new DatabaseError(
    Object.assign(new Error('new row violates check constraint "x"'), {
      code,
      sql: "UPDATE users SET password = '$argon2id$secret'",
      detail: "Failing row contains (1, $argon2id$secret).",
    }) as never,
  );

test("when the database is away, in trouble or busy, then DEPENDENCY_UNAVAILABLE, worth trying again", () => {
  for (const error of [
    new ConnectionRefusedError(new Error("connect ECONNREFUSED 127.0.0.1:5432")),
    new ConnectionAcquireTimeoutError(new Error("Operation timeout")),
    refusedStatement("57P01"),
    refusedStatement("57014"),
    refusedStatement("40001"),
    refusedStatement("53300"),
    new Error("Connection terminated unexpectedly"),
    new DatabaseError(new Error("Query read timeout") as never),
    Object.assign(new Error("write EPIPE"), { code: "EPIPE" }),
  ]) {
    const coded = databaseFailure(error);
    assert.equal(coded.type, "DEPENDENCY_UNAVAILABLE", error.message);
    assert.equal(coded.retryable, true);
  }
});

test("when the database refuses a statement, then INTERNAL, and nothing of the row goes on", () => {
  const coded = databaseFailure(refusedStatement("23514"));
  assert.equal(coded.type, "INTERNAL");
  assert.match(String((coded.cause as Error).message), /violates check constraint.*23514/);
  assert.doesNotMatch(inspect(coded, { depth: 10, showHidden: true }), /secret/);
});

test("when the error is ours, then it passes as it is", () => {
  const error = new CodedError("CONFLICT", "taken");
  assert.equal(databaseFailure(error), error);
  const bug = new TypeError("x is not a function");
  assert.equal(databaseFailure(bug).cause, bug);
});

test("when several addresses were tried, then the reason names them", () => {
  const all = new AggregateError([
    new Error("connect ECONNREFUSED ::1:5432"),
    new Error("connect ECONNREFUSED 127.0.0.1:5432"),
  ]);
  assert.match(reasonOf(new ConnectionRefusedError(all)), /::1:5432.*127\.0\.0\.1:5432/);
});
