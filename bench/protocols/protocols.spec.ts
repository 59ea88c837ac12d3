import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const main = fileURLToPath(new URL("./main.ts", import.meta.url));

test("when a pair is measured for a moment, then it has its line, with ratios", async () => {
  const { stdout } = await run(process.execPath, [
    main,
    "json-rpc",
    "--rounds",
    "1",
    "--duration",
    "20",
    "--warm-up",
    "20",
  ]);
  assert.match(stdout, /^\| json-rpc *\|( *\d+ *\|){2} *\d+\.\d+ \(/m);
});

test("when a pair is not known, then it says which there are", async () => {
  await assert.rejects(run(process.execPath, [main, "soap"]), ({ code, stderr }: { code: number; stderr: string }) => {
    assert.match(stderr, /there is no soap; there are rest, json-rpc, grpc/);
    return code === 2;
  });
});
