import { CodedError } from "../../errors/index.ts";
import type { Mail, Status } from "./mail.ts";
import type { MailStore } from "./mail-store.ts";
import type { Worker } from "./worker.ts";

export interface Kept {
  readonly id: string;
  readonly status: Status;
  /** Why it still waits. */
  readonly reason?: string;
}

interface Options {
  /** Whether the answer waits for the first attempt. */
  readonly wait: boolean;
  readonly queueLimit: number;
}

/** How long the answer waits for the first attempt, ms; less than a caller waits for the answer. */
const FIRST_ATTEMPT = 3_000;

/**
 * Accepted is kept: from here on the mail is sent in the end, or has failed with a reason, whatever ends meanwhile. A mail
 * with an id that was accepted before is that mail.
 * @throws CodedError MAIL_REFUSED, OVERLOADED
 */
export async function accept(
  mail: Mail,
  { mails, worker }: { mails: MailStore; worker: Worker },
  { wait, queueLimit }: Options,
): Promise<Kept> {
  const id = mail._id;
  if ((await mails.countQueued()) >= queueLimit) {
    throw new CodedError("OVERLOADED", `${queueLimit} mails wait to be sent already, try again later`);
  }
  const kept = (await worker.accept(mail)) ?? (await mails.find(id));
  if (!wait) return { id, status: "queued" };
  const state =
    kept?.status === "queued" ? ((await worker.outcome(id, FIRST_ATTEMPT)) ?? (await mails.find(id))) : kept;
  if (state?.status === "failed") {
    throw new CodedError("MAIL_REFUSED", `the mail server refuses this mail: ${state.reason}`, { data: { id } });
  }
  return { id, status: state?.status ?? "queued", reason: state?.reason || undefined };
}
