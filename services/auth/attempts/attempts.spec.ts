import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../../errors/index.ts";
import { Attempts } from "./attempts.ts";

const MINUTE = 60_000;

/** How many of `count` tries get through. */
function passed(count: number, attempt: (n: number) => unknown): number {
  let through = 0;
  for (let n = 0; n < count; n++) {
    try {
      attempt(n);
      through++;
    } catch (error) {
      assert.ok(error instanceof CodedError && error.type === "TOO_MANY_ATTEMPTS");
    }
  }
  return through;
}

test("when one client tries many accounts, then it is slowed down, and another client is not", () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  assert.equal(
    passed(100, (n) => attempts.begin(`u${n}`, "1.2.3.4")),
    30,
  );
  attempts.begin("u1", "5.6.7.8");
  now += MINUTE;
  assert.equal(
    passed(100, (n) => attempts.begin(`v${n}`, "1.2.3.4")),
    4,
  );
});

test("when many clients try one account, then each has its own few tries beside the account's", () => {
  const attempts = new Attempts(() => 0);
  assert.equal(
    passed(50, () => attempts.begin("a", "1.1.1.1")),
    13,
  );
  assert.equal(
    passed(50, () => attempts.begin("a", "2.2.2.2")),
    3,
  );
});

test("when somebody goes on failing in a person's name for a day, then the person gets in at any time", () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  for (let minute = 0; minute < 24 * 60; minute++) {
    now += MINUTE;
    passed(20, (n) => attempts.begin("person", `10.0.${minute % 256}.${n}`));
    if (minute % 60 === 0) attempts.begin("person", "192.0.2.1").forgive();
  }
});

test("when a login succeeds, then it does not count, however often", () => {
  const attempts = new Attempts(() => 0);
  assert.equal(
    passed(500, () => attempts.begin("a", "1.1.1.1").forgive()),
    500,
  );
});

test("when a victim logs in between, then the guesser has no more tries for it", () => {
  const attempts = new Attempts(() => 0);
  const guesses = passed(50, () => {
    attempts.begin("a", "2.2.2.2").forgive();
    attempts.begin("a", "1.1.1.1");
  });
  assert.equal(guesses, 13);
});

test("when an attempt is forgiven twice, then once", () => {
  const attempts = new Attempts(() => 0);
  passed(9, () => attempts.begin("a"));
  const last = attempts.begin("a");
  last.forgive();
  last.forgive();
  assert.equal(
    passed(50, () => attempts.begin("a")),
    1,
  );
});

test("when nobody says which client it is, then the account's tries count", () => {
  const attempts = new Attempts(() => 0);
  assert.equal(
    passed(50, () => attempts.begin("a")),
    10,
  );
  assert.throws(() => attempts.begin("a"), { data: { retryAfter: 30 }, code: 429, retryable: true });
});
