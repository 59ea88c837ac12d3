import { createHash } from "node:crypto";
import type { SendMailOptions } from "nodemailer";
import type { Address, Mail } from "./mail.ts";
import { render } from "./templates.ts";

/** What nodemailer sends to those who do not have the mail yet. Addresses go as objects: nothing of them is parsed again. */
export function compose(mail: Mail, domain: string): SendMailOptions {
  return {
    from: toNodemailer(mail.from),
    to: mail.to.map(toNodemailer),
    envelope: { from: mail.from.address, to: [...mail.remaining] },
    subject: mail.subject,
    ...render(mail.template, mail.subject, mail.variables),
    date: new Date(mail.created_at),
    messageId: messageIdOf(mail, domain),
    headers: mail.request_id === undefined ? {} : { "X-Request-Id": mail.request_id },
    attachments: mail.attachments.map(({ filename, content_type: contentType, content = "" }) => ({
      filename,
      contentType,
      content: Buffer.from(content, "base64"),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const toNodemailer = ({ name = "", address }: Address) => ({ name, address });

/**
 * The same however often the mail is tried: were a mailer to die between the server's "250" and its own note of it, the mail
 * goes out once more, and a mailbox that looks at the Message-ID shows it once.
 */
export const messageIdOf = ({ _id }: Pick<Mail, "_id">, domain: string): string =>
  `<${createHash("sha256").update(String(_id)).digest("hex").slice(0, 32)}@${domain}>`;
