import assert from "node:assert/strict";
import { test } from "node:test";
import { after, type Progress, type RunStatus } from "../progress.ts";
import { casesOf, presets } from "../settings.ts";
import { Steps } from "./steps.ts";

const run = "2026-01-02-030405-abcd";
const settings = presets.quick;
const started: Progress = {
  ...{ type: "started", began: "2026-01-02T03:04:05.000Z", settings, cases: casesOf(settings), estimate: 1_000 },
  ...{ run, number: 1, done: 0 },
};
const running = after(undefined, started) ?? assert.fail();
const ended: RunStatus = { ...running, number: 9, state: "complete", reported: true };

/** @param answers what the lab says each time it is asked; the last stays */
function followed(answers: (RunStatus | null | Error)[]) {
  const shown: string[] = [];
  const ask = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  return { steps: new Steps({ show: ({ type }) => shown.push(type), ask, silence: 1 }), shown };
}

test("when the end of a run is not heard, then the lab is asked, again while it has not ended", async () => {
  const { steps, shown } = followed([running, new Error("late"), running, ended]);
  steps.take(started);
  steps.follow(run);
  assert.deepEqual(await steps.over, ended);
  assert.deepEqual(shown, ["started"]);
});

test("when the beginning of a run is not heard, then what comes later is not lost on it", async () => {
  const { steps } = followed([ended]);
  steps.follow(run);
  steps.take({ type: "tick", index: 0, contender: "rest", round: 1, throughput: 1, run, number: 5, done: 0.5 });
  assert.deepEqual(await steps.over, ended);
});

test("when the lab does not answer any more, or knows another run only, then that is an error", async () => {
  for (const answer of [new Error("no lab"), null, { ...ended, run: "another" }]) {
    const { steps } = followed([answer]);
    steps.follow(run);
    await assert.rejects(steps.over, /^Error: The lab is not heard of any more\.$/);
  }
});
