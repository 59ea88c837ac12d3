import type { Logger } from "moleculer";
import type { Transporter } from "nodemailer";
import { reasonOf, type SmtpError } from "./deliver.ts";

/** A server is not asked more often than this, ms. */
const FRESH = 1_000;

/**
 * Whether the mail server lets this mailer in. Each question is a connection of its own, so an answer serves for a while. Why
 * it does not is said once: who reads the log of a mailer that does not get ready finds it there.
 */
export function smtpCheck(transport: Transporter, logger: Logger): () => Promise<void> {
  let asked = 0;
  let answer: Promise<void> = Promise.resolve();
  let told = "";
  const ask = async () => {
    await transport.verify();
    told = "";
  };
  return () => {
    if (Date.now() - asked > FRESH) {
      asked = Date.now();
      answer = ask();
      answer.catch((error: SmtpError) => {
        asked = 0; // One that comes back is not to be waited for.
        const reason = reasonOf(error);
        if (reason !== told) logger.warn(`Mail server: ${reason}`);
        told = reason;
      });
    }
    return answer;
  };
}
