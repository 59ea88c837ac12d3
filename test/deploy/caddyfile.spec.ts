import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { read } from "./read.ts";

interface Stack {
  readonly services: { readonly proxy: { readonly ports: readonly { readonly protocol: string }[] } };
}

test("when only TCP reaches the proxy, then it speaks, and so announces, no HTTP/3", () => {
  const { services } = parse(read("docker-compose.yml")) as Stack;
  assert.ok(services.proxy.ports.every(({ protocol }) => protocol === "tcp"));
  const [, spoken = ""] = /^\tservers \{\n\t\tprotocols (.*)\n\t\}$/m.exec(read("deploy/Caddyfile")) ?? [];
  assert.deepEqual(spoken.split(" "), ["h1", "h2"]);
});
