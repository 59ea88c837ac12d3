import { randomBytes } from "node:crypto";
import type { ServiceBroker } from "moleculer";
import { type Command, command, type Words, word } from "./command.ts";

interface User {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly active: number;
}

const usage = "user list [part of a name] | user create|password|activate|deactivate EMAIL";

export const user: Command = command(
  {
    command: "user <verb> [email]",
    description: "list, create, activate, deactivate users, or set a password",
    options: [
      { option: "--password <password>", description: "when not given, one is made and shown" },
      { option: "--first <name>", description: "first name" },
      { option: "--last <name>", description: "last name" },
    ],
  },
  async (broker, words) => {
    if (words.verb === "list") {
      const { rows } = await broker.call<{ rows: User[] }, object>("auth.listUsers", { q: words.email, pageSize: 50 });
      return rows.map(({ id, email, first_name, last_name, active }) => ({ id, email, first_name, last_name, active }));
    }
    const verb = verbs[String(words.verb)];
    if (verb === undefined) throw new Error(`usage: ${usage}`);
    return verb(broker, word(words, "email", usage), words);
  },
);

const verbs: Record<string, (broker: ServiceBroker, email: string, words: Words) => Promise<string>> = {
  async create(broker, email, { options }) {
    const password = options.password ?? made();
    const names = { first_name: options.first, last_name: options.last };
    const { id } = await broker.call<User, object>("auth.createUser", { email, password, ...names });
    return `User ${id} is made. ${shown(password, options.password)}`;
  },
  async password(broker, email, { options }) {
    const password = options.password ?? made();
    await broker.call("auth.setPassword", { id: await idOf(broker, email), password });
    return `The password is set. ${shown(password, options.password)}`;
  },
  async activate(broker, email) {
    await broker.call("auth.updateUser", { id: await idOf(broker, email), active: 1 });
    return `${email} may log in.`;
  },
  async deactivate(broker, email) {
    await broker.call("auth.deactivateUser", { id: await idOf(broker, email) });
    return `${email} may not log in any more.`;
  },
};

const made = (): string => randomBytes(12).toString("base64url");

/** What was typed is not repeated. */
const shown = (password: string, typed: string | undefined): string =>
  typed === undefined ? `Password, shown this once: ${password}` : "";

async function idOf(broker: ServiceBroker, email: string): Promise<number> {
  return (await broker.call<User, object>("auth.findUser", { email })).id;
}
