import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { credentials, status } from "@grpc/grpc-js";
import { ConfigError, type Environment, loadConfig } from "../../config/load.ts";
import { ended, logClient } from "../../test/support/grpc.ts";
import { call, startGrpc } from "../../test/support/grpc-node.ts";
import { channelCredentials, serverCredentials } from "./credentials.ts";

let directory: string;
const file = (name: string) => join(directory, name);
const openssl = (...given: string[]) => execFileSync("openssl", given, { cwd: directory, stdio: "pipe" });
const skip = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return false;
  } catch {
    return "there is no openssl to make certificates with";
  }
})();

before(() => {
  directory = mkdtempSync(join(tmpdir(), "sixfold-tls-"));
  if (skip) return;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=test authority", "-days", "2");
  writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
  for (const name of ["node", "other"]) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", "2"];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...signed);
  }
});
after(() => rmSync(directory, { recursive: true, force: true }));

const tls = (more: Environment = {}): Environment => ({
  GRPC_TLS: "tls",
  GRPC_TLS_CERT: file("node.crt"),
  GRPC_TLS_KEY: file("node.key"),
  GRPC_TLS_CA: file("ca.crt"),
  ...more,
});
const write = {
  expose: { grpc: { rpc: "logs.LogService/WriteLog", params: "logEntry", adds: { result: "logged!" } } },
  handler: () => ({ id: "1" }),
};
const entry = { name: "a", data: "" };
const ask = (log: ReturnType<typeof logClient>) =>
  ended<{ id?: string }>((callback) => log.WriteLog({ logEntry: entry }, callback as never));

test("with TLS, who believes the authority is served, and plaintext is not", { skip }, async (context) => {
  const { client, address, log: plain } = await startGrpc(context, { write }, tls());
  assert.deepEqual((await client.call("logger.write", entry, call())).value, { id: "1" });
  const knowing = logClient(address, credentials.createSsl(readFileSync(file("ca.crt"))));
  context.after(() => knowing.close());
  assert.equal((await ask(knowing)).response?.id, "1");
  assert.equal((await ask(plain)).error?.code, status.UNAVAILABLE);
});

test("with mutual TLS, only who shows a certificate of the authority is served", { skip }, async (context) => {
  const { client, address } = await startGrpc(context, { write }, tls({ GRPC_TLS: "mutual" }));
  assert.deepEqual((await client.call("logger.write", entry, call())).value, { id: "1" });
  const read = (name: string) => readFileSync(file(name));
  const nameless = logClient(address, credentials.createSsl(read("ca.crt")));
  const known = logClient(address, credentials.createSsl(read("ca.crt"), read("other.key"), read("other.crt")));
  context.after(() => [nameless, known].map((one) => one.close()));
  assert.equal((await ask(nameless)).error?.code, status.UNAVAILABLE);
  assert.equal((await ask(known)).response?.id, "1");
});

/** What a node is told that does not start. */
function refused(make: typeof serverCredentials | typeof channelCredentials, environment: Environment): string {
  try {
    make(loadConfig(environment, ["gateway"]));
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return assert.fail("it was not refused");
}
const together = /^GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CA: do not go together or cannot be read \(.+\)$/;

test("when a port's file is missing, no PEM, or another's, then one line says which", { skip }, () => {
  const server = (more: Environment) => refused(serverCredentials, tls(more));
  const none = file("none.pem");
  assert.equal(
    server({ GRPC_TLS_CERT: none }),
    `GRPC_TLS_CERT: found "${none}", expected a readable PEM file with a CERTIFICATE`,
  );
  assert.match(server({ GRPC_TLS_KEY: file("node.crt") }), /^GRPC_TLS_KEY: .* a PRIVATE KEY$/);
  assert.equal(server({ GRPC_TLS_KEY: "" }), "GRPC_TLS_KEY: not set; GRPC_TLS=tls needs it");
  assert.match(server({ GRPC_TLS: "mutual", GRPC_TLS_CA: "" }), /^GRPC_TLS_CA: not set; GRPC_TLS=mutual needs it/);
  assert.match(server({ GRPC_TLS_KEY: file("other.key") }), together);
});

test("when what a client shows is missing or another's, then one line says which", { skip }, () => {
  const client = (more: Environment) => refused(channelCredentials, tls(more));
  const mutual = { GRPC_TLS: "mutual" };
  assert.equal(client({ ...mutual, GRPC_TLS_CERT: "" }), "GRPC_TLS_CERT: not set; GRPC_TLS=mutual needs it");
  assert.equal(client({ GRPC_TLS_KEY: "" }), "GRPC_TLS_KEY: not set; a client's certificate needs it");
  assert.match(client({ ...mutual, GRPC_TLS_KEY: file("other.key") }), together);
});
