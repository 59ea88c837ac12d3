import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";

/** Draws as many ports as it is told, all at once, listens on none, and lives until its input ends. */
const drawing = `
import { portOr } from ${JSON.stringify(new URL("./free-port.ts", import.meta.url))};
const draws = Array.from({ length: Number(process.argv[1]) }, () => portOr(0, "127.0.0.1"));
console.log(JSON.stringify(await Promise.all(draws)));
process.stdin.resume();`;

/** @returns what a process of its own drew, which ends with the test */
async function drawn(context: TestContext, count: number): Promise<number[]> {
  const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", drawing, String(count)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  context.after(() => child.stdin.end());
  const [line] = await once(createInterface(child.stdout), "line");
  return JSON.parse(line);
}

test("when two processes draw ports at once and nobody listens yet, then no port is drawn twice", async (context) => {
  const ports = (await Promise.all([drawn(context, 400), drawn(context, 400)])).flat();
  assert.equal(ports.length, 800);
  assert.equal(new Set(ports).size, 800);
});
