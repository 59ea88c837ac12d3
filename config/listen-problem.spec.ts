import assert from "node:assert/strict";
import { test } from "node:test";
import { listenProblem } from "./listen-problem.ts";
import { loadConfig } from "./load.ts";

const said = (error: object, host = "127.0.0.1") =>
  listenProblem(Object.assign(new Error("no"), error), "auth", loadConfig({ HOST: host, AUTH_PORT: "80" }));

test("when a port cannot be opened, then its variable is named: it is taken, or this user may not", () => {
  assert.equal(
    said({ code: "EADDRINUSE", port: 5002 }),
    "AUTH_JSON_RPC_PORT: port 5002 on 127.0.0.1 is taken by another program; set another",
  );
  assert.equal(
    said({ code: "EACCES", port: 80, syscall: "listen" }),
    "AUTH_PORT: port 80 on 127.0.0.1 is not open to this user (EACCES); set another",
  );
});

test("when the host is a name that nobody knows, or another machine's address, then that is HOST's fault, not the port's", () => {
  const unknown = { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "nonsense" };
  assert.equal(said(unknown, "nonsense"), 'HOST: found "nonsense" (ENOTFOUND), expected an address of this machine');
  const foreign = { code: "EADDRNOTAVAIL", syscall: "listen", port: 80 };
  assert.equal(
    said(foreign, "203.0.113.1"),
    'HOST: found "203.0.113.1" (EADDRNOTAVAIL), expected an address of this machine',
  );
});

test("when a server of the node's could not be reached, then no port of its own is to blame", () => {
  assert.equal(said({ code: "ECONNREFUSED", syscall: "connect", port: 5432 }), undefined);
  assert.equal(said({ code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "db" }), undefined);
  assert.equal(said({}), undefined);
});
