import { Errors, type ServiceBroker } from "moleculer";
import { toCodedError } from "../../errors/index.ts";

/** One command as moleculer-repl takes it. */
export interface Command {
  /** Its name, then `<required>` and `[optional]` words. */
  readonly command: string;
  readonly description: string;
  readonly options?: readonly { readonly option: string; readonly description: string }[];
  readonly action: (broker: ServiceBroker, words: Words) => Promise<void>;
}

export type Words = Readonly<Record<string, unknown>> & {
  readonly options: Readonly<Record<string, string | undefined>>;
};

/** A command whose work gives what is printed: rows as a table, else as it is. Its errors are one line. */
export function command(
  definition: Omit<Command, "action">,
  work: (broker: ServiceBroker, words: Words) => Promise<readonly object[] | string>,
): Command {
  return {
    ...definition,
    async action(broker, words) {
      try {
        const result = await work(broker, words);
        if (typeof result === "string") console.log(result);
        else if (result.length === 0) console.log("None.");
        else console.table(result);
      } catch (error) {
        // The validation's own message names no field.
        const told = error instanceof Errors.ValidationError ? toCodedError(error) : error;
        const { type, message } = told as { type?: string; message: string };
        console.log(type === undefined ? message : `${type}: ${message}`);
      }
    },
  };
}

/** @throws Error that tells how the command is written */
export function word(words: Words, name: string, usage: string): string {
  const value = words[name];
  if (typeof value !== "string" || value === "") throw new Error(`usage: ${usage}`);
  return value;
}
