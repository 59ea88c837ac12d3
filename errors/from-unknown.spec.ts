import assert from "node:assert/strict";
import { test } from "node:test";
import { Errors } from "moleculer";
import { CodedError, toCodedError } from "./index.ts";

test("a coded error passes through unchanged", () => {
  const error = new CodedError("CONFLICT", "taken");
  assert.equal(toCodedError(error), error);
});

test("a missing service is 503, retryable", () => {
  const error = toCodedError(new Errors.ServiceNotFoundError({ action: "auth.authenticate" }));
  assert.equal(error.type, "SERVICE_UNAVAILABLE");
  assert.equal(error.code, 503);
  assert.equal(error.retryable, true);
});

test("a late answer is 504", () => {
  assert.equal(toCodedError(new Errors.RequestTimeoutError({ action: "a", nodeID: "n" })).code, 504);
});

test("a validation error is 400 and names the field", () => {
  const error = toCodedError(
    new Errors.ValidationError("Parameters validation error!", "", [
      { field: "email", message: "The 'email' field is required." },
    ]),
  );
  assert.equal(error.code, 400);
  assert.match(error.message, /"email"/);
});

test("what nobody foresaw says nothing of itself to the client, and keeps the cause for the log", () => {
  const cause = new Error("password=hunter2");
  const error = toCodedError(cause);
  assert.equal(error.type, "INTERNAL");
  assert.doesNotMatch(error.message, /hunter2/);
  assert.equal(error.cause, cause);
});
