import { type Command, command, word } from "./command.ts";

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly status: string;
  readonly attempts: number;
  readonly reason?: string;
}

const usage = "mails | mails failed | mails resend ID";

export const mails: Command = command(
  {
    command: "mails [verb] [id]",
    description: "shows the newest mails; failed: those that could not be sent, with the reason; resend ID",
  },
  async (broker, words) => {
    const { verb = "newest" } = words;
    if (verb === "resend") {
      const id = word(words, "id", usage);
      await broker.call("mailer.resend", { id });
      return `Mail ${id} is sent again.`;
    }
    if (verb !== "newest" && verb !== "failed") throw new Error(`usage: ${usage}`);
    const query = { status: verb === "failed" ? "failed" : undefined, pageSize: 20 };
    const { rows } = await broker.call<{ rows: Mail[] }, object>("mailer.list", query);
    return rows.map(({ id, to, subject, status, attempts, reason }) => {
      const row = { id, to, subject, status, attempts };
      return reason === undefined ? row : { ...row, reason };
    });
  },
);
