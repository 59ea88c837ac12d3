import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "moleculer";
import type { Transporter } from "nodemailer";
import { smtpCheck } from "./smtp-check.ts";

test("when the mail server lets the mailer in no more, then the log says why once, and once more after it was back", async (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  const refusal = Object.assign(new Error("Invalid login"), { response: "535 wrong user or password" });
  const said: string[] = [];
  let isIn = false;
  const transport = { verify: () => (isIn ? Promise.resolve(true) : Promise.reject(refusal)) };
  const logger = { warn: (line: string) => said.push(line) };
  const check = smtpCheck(transport as unknown as Transporter, logger as unknown as Logger);
  const asked = async () => {
    t.mock.timers.tick(2_000);
    await check();
  };
  await assert.rejects(asked, refusal);
  await assert.rejects(asked, refusal);
  assert.deepEqual(said, ["Mail server: 535 wrong user or password"]);
  isIn = true;
  await asked();
  isIn = false;
  await assert.rejects(asked, refusal);
  assert.equal(said.length, 2);
});
