import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Party } from "./party.ts";

const run = promisify(execFile);
const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const where = fileURLToPath(new URL("./where.ts", import.meta.url));

test("when a pair is measured for a moment, then it has its line, with ratios, and its profiles tell whose code it was", async (context) => {
  const profiles = mkdtempSync(join(tmpdir(), "sixfold-profiles-"));
  context.after(() => rmSync(profiles, { recursive: true }));
  const briefly = ["--rounds", "1", "--duration", "20", "--warm-up", "20", "--profile", profiles];
  const { stdout } = await run(process.execPath, [main, "json-rpc", ...briefly]);
  assert.match(stdout, /^\| json-rpc *\|( *\d+ *\|){2} *\d+\.\d+ \(/m);

  const told = await run(process.execPath, [where, join(profiles, "json-rpc-adapter-server.cpuprofile")]);
  assert.match(told.stdout, /^json-rpc-adapter-server\.cpuprofile\n *\d+\.\d % {2}\S/);
});

test("when a pair is not known, or a number is none, then one line says so, and nothing is measured", async () => {
  for (const [args, said] of [
    [["soap"], /^there is no soap; there are rest, json-rpc, .*\n$/],
    [["json-rpc", "--rounds", "abc"], /^--rounds: "abc" is no whole number from 1 on\n$/],
    [["json-rpc", "--duration", "0"], /^--duration: "0" is no whole number/],
  ] as const) {
    const failed = run(process.execPath, [main, ...args]);
    await assert.rejects(failed, ({ code, stderr }: { code: number; stderr: string }) => {
      assert.match(stderr, said);
      return code === 2;
    });
  }
});

test("when a process was killed, then what is asked of it fails, and to end it is nothing to do", async () => {
  const party = new Party("json-rpc", "bare", "server");
  const asked = party.ask({ do: "cpu" });
  process.kill(party.pid ?? assert.fail(), "SIGKILL");
  await assert.rejects(asked, /json-rpc bare server: the process ended/);
  await party.end();
});
