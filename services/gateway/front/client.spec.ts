import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { networks } from "../../../config/types.ts";
import { clientOf, network } from "./client.ts";

const request = (remoteAddress: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;
const address = (remote: string, forwarded: string, trusted: string) =>
  clientOf(request(remote, { "x-forwarded-for": forwarded }), networks(trusted)).address;

test("without a trusted proxy the peer is the client, whatever it says", () => {
  assert.equal(address("203.0.113.7", "1.2.3.4", "none"), "203.0.113.7");
  assert.equal(address("203.0.113.7", "1.2.3.4", "10.0.0.0/8"), "203.0.113.7");
});

test("behind trusted proxies the client is the last address that is none of theirs", () => {
  assert.equal(address("10.0.0.1", "6.6.6.6, 203.0.113.7", "10.0.0.0/8"), "203.0.113.7");
  assert.equal(address("::ffff:10.0.0.1", "6.6.6.6, 203.0.113.7, 10.9.9.9", "private"), "203.0.113.7");
  assert.equal(address("::1", "2001:db8::7", "loopback"), "2001:db8::7");
  assert.equal(address("10.0.0.1", "203.0.113.7, unknown", "private"), "10.0.0.1");
  assert.equal(address("10.0.0.1", "", "private"), "10.0.0.1");
});

test("the scheme is a trusted proxy's to tell", () => {
  const headers = { "x-forwarded-proto": "https" };
  assert.equal(clientOf(request("10.0.0.1", headers), networks("private")).secure, true);
  assert.equal(clientOf(request("203.0.113.7", headers), networks("private")).secure, false);
});

test("an IPv6 user is counted by network, however the address is written", () => {
  assert.equal(network("203.0.113.7"), "203.0.113.7");
  assert.equal(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
  assert.equal(network("2001:db8::1"), "2001:db8:0:0");
  assert.equal(network("::1"), "0:0:0:0");
});
