import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Environment } from "../../config/load.ts";
import { apart, root, start, temporary } from "../support/started.ts";
import { takenPort } from "../support/taken-port.ts";

/** Starts one node that cannot start. @returns the lines it said */
async function refused(context: TestContext, args: string[], more: Environment, code: number): Promise<string[]> {
  const environment = { ...(await apart(temporary(context))), LOG_LEVEL: "fatal", ...more };
  const ended = await start(context, process.execPath, [join(root, "dist/node/main.js"), ...args], environment).ended;
  assert.equal(ended.code, code, ended.output);
  return ended.output.trim().split("\n");
}

test("when there is no such node, then it says which was asked for, and which there are", async (context) => {
  assert.deepEqual(await refused(context, ["atuh"], {}, 2), [
    'there is no node "atuh"',
    "",
    "usage: npm run node -- frontend|gateway|auth|logger|mailer|listener|lab",
  ]);
});

test("when one of its ports is taken, then it names the variable", async (context) => {
  const port = await takenPort(context);
  assert.deepEqual(await refused(context, ["logger"], { LOGGER_JSON_RPC_PORT: port }, 1), [
    `LOGGER_JSON_RPC_PORT: port ${port} on 127.0.0.1 is taken by another program; set another`,
  ]);
});

test("when HOST is no address of this machine, then it says so", async (context) => {
  assert.deepEqual(await refused(context, ["logger"], { HOST: "203.0.113.1" }, 1), [
    'HOST: found "203.0.113.1" (EADDRNOTAVAIL), expected an address of this machine',
  ]);
});
