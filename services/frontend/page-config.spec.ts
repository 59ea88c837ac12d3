import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { loadConfig } from "../../config/load.ts";
import { pageHeaders } from "../../mixins/http/page-headers.ts";
import { pageConfig } from "./page-config.ts";

const toldTo = (host: string, environment: Record<string, string>) =>
  pageConfig(loadConfig(environment), host).gatewayUrl;

test("when the gateway is a path, then the page asks its own host for it, whatever its name, and no other", () => {
  for (const host of ["localhost", "shop.example.com"]) assert.equal(toldTo(host, { GATEWAY_URL: "/api" }), "/api");
  const response = new ServerResponse({ method: "GET" } as never);
  pageHeaders(response, { connect: "/api" });
  assert.match(String(response.getHeader("Content-Security-Policy")), /connect-src 'self';/);
});

test("when it is production, where no first user is made, then the page does not name one", () => {
  const inProduction = { NODE_ENV: "production", RABBIT_URL: "amqp://rabbit", GATEWAY_URL: "/api" };
  for (const [environment, hasSeedUser] of [
    [{}, true],
    [inProduction, false],
  ] as const) {
    assert.equal(pageConfig(loadConfig(environment, ["frontend"]), "localhost").hasSeedUser, hasSeedUser);
  }
});

test("when the gateway has a URL, then the page is told it", () => {
  const GATEWAY_URL = "https://api.example.com/";
  assert.equal(toldTo("shop.example.com", { GATEWAY_URL }), "https://api.example.com");
});
