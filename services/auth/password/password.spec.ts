import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { hash as argon2 } from "@node-rs/argon2";
import { hash as bcrypt, parseOptions } from "@node-rs/bcrypt";
import { decoys, hashPassword, isUpToDate, schemeOf, verifyPassword } from "./password.ts";

test("when a password is hashed, then as Argon2id, salted, and only it opens the hash", async () => {
  const [one, other] = await Promise.all([hashPassword("pässword"), hashPassword("pässword")]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(one, other);
  assert.equal(await verifyPassword("pässword", one), true);
  assert.equal(await verifyPassword("passwords", one), false);
});

test("when the hash is bcrypt's of any name, then it is verified", async () => {
  for (const version of ["2a", "2b", "2y"] as const) {
    const hash = await bcrypt("sesame", { cost: 4, version });
    assert.equal(schemeOf(hash), "bcrypt");
    assert.equal(await verifyPassword("sesame", hash), true);
    assert.equal(await verifyPassword("Sesame", hash), false);
  }
});

test("when it is no hash, or a broken one, then nobody gets in and nothing breaks", async () => {
  for (const hash of ["", "plain", "$2a$", "$2a$12$short", "$argon2id$", "$argon2id$v=19$m=1,t=1,p=1$x$y"]) {
    assert.equal(await verifyPassword("plain", hash), false);
  }
});

test("when a hash is weaker than what is made now, then it is not up to date", async () => {
  assert.equal(isUpToDate(await hashPassword("a")), true);
  assert.equal(isUpToDate(await argon2("a", { memoryCost: 8_192, timeCost: 1 })), false);
  assert.equal(isUpToDate(await argon2("a", { algorithm: 1 })), false);
  assert.equal(isUpToDate(decoys.bcrypt), false);
});

test("when a decoy is checked, then with the parameters of the real ones", () => {
  assert.equal(isUpToDate(decoys.argon2), true);
  assert.deepEqual(parseOptions(decoys.bcrypt), { version: "2a", cost: 12 });
});

test("when passwords are checked, then the event loop goes on", async () => {
  let ticks = 0;
  let done = false;
  const checks = Promise.all(Array.from({ length: 4 }, () => verifyPassword("a", decoys.bcrypt))).then(() => {
    done = true;
  });
  for (; !done; ticks++) await tick();
  await checks;
  // On the loop itself each check would be one long tick.
  assert.ok(ticks > 100, `${ticks} ticks`);
});

test("when a crowd comes at once, then a bounded number waits and the others are told OVERLOADED", async () => {
  const results = await Promise.allSettled(Array.from({ length: 150 }, () => hashPassword("a")));
  const refused = results.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
  assert.equal(refused.length, 47);
  for (const { reason } of refused) assert.equal((reason as { type: string }).type, "OVERLOADED");
  assert.match(await hashPassword("a"), /^\$argon2id/);
});
