import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../errors/index.ts";
import { fromMongo } from "./mongo-errors.ts";

const says = (message: string, code: number) => Object.assign(new Error(message), { name: "MongoError", code });

test("when MongoDB steps down or does not let the node in, then DEPENDENCY_UNAVAILABLE, worth trying again", () => {
  for (const error of [says("not master", 10107), says("Authentication failed.", 18)]) {
    const coded = fromMongo(error);
    assert.ok(coded instanceof CodedError);
    assert.equal(coded.type, "DEPENDENCY_UNAVAILABLE", error.message);
    assert.equal(coded.retryable, true);
  }
});

test("when MongoDB refuses what was asked for, then the error stays what it is", () => {
  const error = says("Failed to parse", 9);
  assert.equal(fromMongo(error), error);
});
