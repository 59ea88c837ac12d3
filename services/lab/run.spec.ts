import assert from "node:assert/strict";
import { test } from "node:test";
import type { Progress } from "./progress.ts";
import { Run } from "./run.ts";
import { LONGEST_RUN, presets } from "./settings.ts";

test("when a run takes longer than any may, then it ends by itself and says so", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const told: Progress[] = [];
  const run = new Run({
    id: "long",
    settings: presets.quick,
    environment: { ...process.env, NODE_ENV: "test", LOG_LEVEL: "fatal" },
    transporter: "none",
    tell: (progress) => told.push(progress),
    keep: () => assert.fail("nothing was measured"),
  });
  mock.timers.tick(LONGEST_RUN);
  mock.timers.tick(LONGEST_RUN); // Whether or not the process hears that it is to stop.
  await run.over;
  const end = told.at(-1);
  assert.ok(end?.type === "finished");
  assert.deepEqual([end.state, end.reason, end.reported], ["partial", "it took longer than 30 minutes", false]);
});
