/** SOAK_MESSAGES puts more through; what is left afterwards must not depend on it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { mebibyte } from "./support/memory.ts";
import { run } from "./support/run.ts";

const messages = Number(process.env.SOAK_MESSAGES ?? 1_000_000);

it(`${messages} messages, confirmed, acknowledged, returned and dead-lettered, leave the memory as it was`, async (t) => {
  const { ended, output } = run("./soak.ts", [`${messages}`]);
  t.after(() => ended);
  assert.equal(await ended, 0, output.err);
  const { before, after, seconds, ...stats } = JSON.parse(output.out);
  t.diagnostic(`${Math.round(messages / seconds)} messages a second; ${before} bytes in use before, ${after} after`);
  assert.deepEqual(stats.queues, []);
  assert.equal(stats.connections + stats.channels + stats.memory.used, 0);
  assert(stats.messages.confirmed >= messages, "not all were confirmed");
  assert(stats.messages.redelivered > 0 && stats.messages.deadLettered > 0, "none was returned or died");
  assert(after - before < 2 * mebibyte, `${after - before} bytes more are in use`);
});
