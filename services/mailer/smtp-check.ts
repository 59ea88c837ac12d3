import type { Transporter } from "nodemailer";

/** A server is not asked more often than this, ms. */
const FRESH = 1_000;

/** Whether the mail server lets this mailer in. Each question is a connection of its own, so an answer serves for a while. */
export function smtpCheck(transport: Transporter): () => Promise<void> {
  let asked = 0;
  let answer: Promise<void> = Promise.resolve();
  return () => {
    if (Date.now() - asked > FRESH) {
      asked = Date.now();
      answer = transport.verify().then(() => undefined);
      answer.catch(() => {
        asked = 0; // One that comes back is not to be waited for.
      });
    }
    return answer;
  };
}
