import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Environment } from "../../config/load.ts";
import { portOr } from "../../embedded/free-port.ts";
import { apart, startLauncher, temporary } from "../support/started.ts";
import { takenPort } from "../support/taken-port.ts";

/** Starts what cannot start. @returns the lines it said */
async function refused(context: TestContext, args: string[], more: Environment, code = 2): Promise<string[]> {
  const dataDir = join(temporary(context), "data");
  const environment = { ...(await apart(dataDir)), ...more };
  const ended = await startLauncher(context, args, environment).ended;
  assert.equal(ended.code, code, ended.output);
  return ended.output.trim().split("\n");
}

test("when a flag is unknown, then it says which and how the command is written", async (context) => {
  const lines = await refused(context, ["--colour"], {});
  assert.match(lines[0] ?? "", /--colour/);
  assert.match(lines.join("\n"), /usage: npm start -- \[--fresh\] \[--only NODE,NODE\] \[--no-embedded\]/);
});

test("when --only names what is not there, then it says so", async (context) => {
  const lines = await refused(context, ["--only", "auth,printer"], {});
  assert.equal(lines[0], 'there is no node "printer"');
});

test("when --help is asked for, then it tells, and starts nothing", async (context) => {
  const ended = await startLauncher(context, ["--help"], await apart(temporary(context))).ended;
  assert.equal(ended.code, 0);
  assert.match(ended.output, /^usage:/);
});

test("when variables are bad, then each is one line with what is expected, and no secret", async (context) => {
  const lines = await refused(context, [], { AUTH_PORT: "eighty", DSN: "hunter2" });
  assert.equal(lines.length, 2);
  assert.match(lines.join("\n"), /^AUTH_PORT: found "eighty", expected a whole number from 0 to 65535$/m);
  assert.match(lines.join("\n"), /^DSN: found a value, expected a URL/m);
  assert.doesNotMatch(lines.join("\n"), /hunter2/);
});

test("when ports are taken, then it names the variable of each, all at once", async (context) => {
  const [http = "", grpc = ""] = await Promise.all([takenPort(context), takenPort(context)]);
  assert.deepEqual(await refused(context, ["--only", "logger"], { LOGGER_PORT: http, LOGGER_GRPC_PORT: grpc }), [
    `LOGGER_PORT: port ${http} on 127.0.0.1 is taken by another program; set another`,
    `LOGGER_GRPC_PORT: port ${grpc} on 127.0.0.1 is taken by another program; set another`,
  ]);
});

test("when HOST is no address of this machine, then it says so, and no port is said to be taken", async (context) => {
  assert.deepEqual(await refused(context, [], { HOST: "203.0.113.1" }), [
    'HOST: found "203.0.113.1" (EADDRNOTAVAIL), expected an address of this machine',
  ]);
});

test("when two nodes are given one port, then it says which", async (context) => {
  const port = String(await portOr(0, "127.0.0.1"));
  const lines = await refused(context, [], { AUTH_PORT: port, LOGGER_PORT: port });
  assert.deepEqual(lines, [`LOGGER_PORT: port ${port} is auth's already`]);
});

test("when --no-embedded is given, then every server's variable is wanted, and only those that are needed", async (context) => {
  const lines = await refused(context, ["--no-embedded"], { RABBIT_URL: "amqp://rabbit" });
  assert.deepEqual(lines, [
    "--no-embedded: not set: DSN (instead of Postgres (PGlite)), MAIL_HOST (instead of Mail catcher), MONGO_URL (instead of files)",
  ]);
  const few = await refused(context, ["--no-embedded", "--only", "frontend"], {});
  assert.deepEqual(few, ["--no-embedded: not set: RABBIT_URL (instead of AMQP (in memory))"]);
});

test("when it is production, then no stand-in starts: the real servers must be named", async (context) => {
  const lines = await refused(context, [], { NODE_ENV: "production" });
  for (const name of ["RABBIT_URL", "DSN", "MONGO_URL", "MAIL_HOST"]) {
    assert.match(lines.join("\n"), new RegExp(`^${name}: not set; NODE_ENV=production needs it`, "m"));
  }
});

test("when the data directory cannot be one, then it says which", async (context) => {
  const file = join(temporary(context), "file");
  writeFileSync(file, "");
  const lines = await refused(context, [], { DATA_DIR: file });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", new RegExp(`^The data directory ${file} cannot be used \\(.*\\): see DATA_DIR\\.$`));
});

test("when the data directory's files were damaged, then it names them, and leaves them as they are", async (context) => {
  const dataDir = temporary(context);
  mkdirSync(join(dataDir, "postgres"));
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "not a version");
  const lines = await refused(context, ["--only", "auth"], { DATA_DIR: dataDir }, 1);
  assert.match(lines.at(-1) ?? "", new RegExp(`^postgres: the database in ${dataDir}/postgres cannot be read`));

  const log = join(dataDir, "logs.nedb");
  writeFileSync(log, "this is no log\nnor is this\n");
  const more = await refused(context, ["--only", "logger"], { DATA_DIR: dataDir }, 1);
  assert.match(more.at(-1) ?? "", /^logger: .*logs\.nedb/);
  assert.equal(readFileSync(log, "utf8"), "this is no log\nnor is this\n");
});

test("when --fresh would empty a directory that was not made here, then it does not", async (context) => {
  const dataDir = temporary(context);
  writeFileSync(join(dataDir, "thesis.txt"), "two years of work");
  const lines = await refused(context, ["--fresh"], { DATA_DIR: dataDir });
  assert.match(lines.join("\n"), /was not made by npm start/);
  assert.equal(readFileSync(join(dataDir, "thesis.txt"), "utf8"), "two years of work");
});
