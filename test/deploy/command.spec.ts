import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../../scripts/verify-deploy/command.ts";
import { eventually, underSignal } from "../support/eventually.ts";

const sh = (script: string, options?: object) => run("sh", ["-c", script], options);

test("when a command warns, then what it answers is what it wrote alone; when it fails, both are told", async () => {
  assert.equal(await sh("echo warning >&2; echo '{}'"), "{}");
  await assert.rejects(sh("echo half; echo broken >&2; exit 3"), /ended with 3:\nhalf\nbroken$/);
  await assert.rejects(run("no-such-command", []), /ENOENT/);
  await assert.rejects(sh("echo begun; exec sleep 60", { timeout: 500 }), /aborted:\nbegun/);
});

test("when the whole is interrupted, then its command has ended when that is told, no other begins, and nothing is waited for", async (context) => {
  const work = mkdtempSync(join(tmpdir(), "sixfold-command-"));
  context.after(() => rmSync(work, { recursive: true }));
  const at = (name: string) => join(work, name);
  const trap = `trap 'kill $!; sleep 0.2; : >${at("ended")}; exit' TERM`;
  const interruption = new AbortController();
  await underSignal.run(interruption.signal, async () => {
    const command = assert.rejects(sh(`${trap}; sleep 60 & : >${at("begun")}; wait`), /by hand/);
    await eventually(() => existsSync(at("begun")) || undefined);
    interruption.abort(new Error("by hand"));
    await command;
    assert.ok(existsSync(at("ended")));
    await assert.rejects(sh(`: >${at("next")}`), /by hand/);
    await assert.rejects(
      eventually(() => undefined),
      /by hand/,
    );
  });
  assert.ok(!existsSync(at("next")));
  assert.equal(await sh("echo undone"), "undone");
});
