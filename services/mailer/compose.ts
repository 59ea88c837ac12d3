import type { SendMailOptions } from "nodemailer";
import type { Mail, Sender } from "./mail.ts";
import { render } from "./templates.ts";

/** The mail with a plain and an HTML part; from the default sender when it names none. */
export function compose(mail: Mail, sender: Sender, requestId?: string): SendMailOptions {
  return {
    from: mail.from || sender,
    to: mail.to,
    subject: mail.subject,
    ...render("message", { subject: mail.subject, message: mail.message }),
    headers: requestId === undefined ? {} : { "X-Request-Id": requestId },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
