import { CodedError } from "../../../errors/index.ts";
import type { Reaction } from "./reaction.ts";

/** `user.created` brings the user as JSON. @throws CodedError VALIDATION_FAILED when there is no user with an email in it */
export const mailWelcome: Reaction = async ({ data, id }, { call }) => {
  const { email, first_name, last_name } = userIn(data);
  const variables = { email, first_name: text(first_name), last_name: text(last_name) };
  await call("mailer.send", { id: `welcome:${id}`, to: email, template: "welcome", variables, wait: false });
};

function userIn(data: string): { email: string; first_name?: unknown; last_name?: unknown } {
  let user: unknown;
  try {
    user = JSON.parse(data);
  } catch {
    throw new CodedError("VALIDATION_FAILED", "the data of user.created is not JSON");
  }
  const { email } = (user ?? {}) as { email?: unknown };
  if (typeof email !== "string") {
    throw new CodedError("VALIDATION_FAILED", 'the data of user.created has no "email"');
  }
  return { ...(user as object), email };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
