import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../config/load.ts";
import { advertisedHost } from "./advertise.ts";

const advertised = (from: Record<string, string>) => advertisedHost(loadConfig(from));

test("a port is known under the address it is bound to, unless another is named", () => {
  assert.equal(advertised({ HOST: "127.0.0.1" }), "127.0.0.1");
  assert.equal(advertised({ HOST: "::1" }), "[::1]");
  assert.equal(advertised({ HOST: "0.0.0.0", ADVERTISED_HOST: "auth.internal" }), "auth.internal");
});

test("when a network is named, then it is this machine's address there; a machine that is not in it does not start", () => {
  assert.equal(advertised({ HOST: "0.0.0.0", ADVERTISED_HOST: "127.0.0.0/8" }), "127.0.0.1");
  assert.throws(() => advertised({ ADVERTISED_HOST: "203.0.113.0/24" }), /ADVERTISED_HOST.*no address/);
  assert.throws(
    () => advertised({ ADVERTISED_HOST: "10.0.0.0/99" }),
    /ADVERTISED_HOST: found "10\.0\.0\.0\/99", expected/,
  );
});
