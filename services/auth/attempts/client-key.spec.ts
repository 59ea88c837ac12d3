import assert from "node:assert/strict";
import { test } from "node:test";
import { clientKey } from "./client-key.ts";

for (const [client, key] of [
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["a batch job", "a batch job"],
] as const) {
  test(`when the client is ${client}, then it is counted as ${key}`, () => assert.equal(clientKey(client), key));
}
