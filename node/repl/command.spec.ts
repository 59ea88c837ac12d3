import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Errors, type ServiceBroker } from "moleculer";
import type { Command } from "./command.ts";
import { mails } from "./mails.ts";
import { user } from "./user.ts";

/** @returns what the command printed, with actions that stand for the mesh's */
async function printed(context: TestContext, one: Command, words: object, actions: object): Promise<unknown[]> {
  const said: unknown[] = [];
  for (const method of ["log", "table"] as const) {
    context.mock.method(console, method, (what: unknown) => void said.push(what));
  }
  const call = async (name: keyof typeof actions) => (actions[name] as () => unknown)();
  await one.action({ call } as unknown as ServiceBroker, { options: {}, ...words });
  return said;
}

test("when a word is refused by an action's validation, then the command says which field, and why", async (context) => {
  const createUser = () => {
    const complaints = [{ field: "email", message: "The 'email' field must be an e-mail address." }];
    throw new Errors.ValidationError("Parameters validation error!", "VALIDATION_ERROR", complaints);
  };
  const words = { verb: "create", email: "notmail" };
  assert.deepEqual(await printed(context, user, words, { "auth.createUser": createUser }), [
    'VALIDATION_FAILED: The "email" field must be an e-mail address.',
  ]);
});

test("when no mail failed, then the table of mails has no column of reasons; else only those rows have one", async (context) => {
  const sent = { id: "1", to: "a@example.com", subject: "one", status: "sent", attempts: 1 };
  const failed = { ...sent, id: "2", status: "failed", reason: "550 no such user" };
  const list = (rows: object[]) => printed(context, mails, {}, { "mailer.list": () => ({ rows }) });
  assert.deepEqual(await list([sent]), [[sent]]);
  assert.deepEqual(await list([failed, sent]), [[failed, sent]]);
});
