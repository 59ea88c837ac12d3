import type { Transporter } from "nodemailer";
import { compose } from "./compose.ts";
import type { Mail } from "./mail.ts";

export interface Turned {
  readonly address: string;
  /** The server's words. */
  readonly reason: string;
  /** A 5xx: it will say the same again. */
  readonly forGood: boolean;
}

/** How one attempt went: the server is away, or it has answered, for each address that does not appear with "yes". */
export type Delivery = { readonly outage: string } | { readonly turned: readonly Turned[] };

/** Offers the mail to the server once. Never rejects. */
export async function deliver(transport: Transporter, mail: Mail, domain: string): Promise<Delivery> {
  try {
    const { rejectedErrors = [] } = (await transport.sendMail(compose(mail, domain))) as {
      rejectedErrors?: SmtpError[];
    };
    return { turned: rejectedErrors.map((error) => turned(error, String(error.recipient))) };
  } catch (error) {
    const problem = error as SmtpError;
    if (isAboutTheServer(problem)) return await outageOr(transport, mail, problem);
    const { rejectedErrors = [] } = problem;
    const each = new Map(rejectedErrors.map((rejected) => [rejected.recipient, rejected]));
    return { turned: mail.remaining.map((address) => turned(each.get(address) ?? problem, address)) };
  }
}

export interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly recipient?: string;
  readonly rejectedErrors?: SmtpError[];
}

/** nodemailer's codes of what comes before any mail: connecting, TLS, signing in; and the replies that mean the same. */
const serverCodes = new Set([
  "ECONNECTION",
  "ETIMEDOUT",
  "ESOCKET",
  "EDNS",
  "ETLS",
  "EPROTOCOL",
  "EAUTH",
  "ENOAUTH",
  "ECONFIG",
]);
const serverReplies = new Set([421, 454, 530, 534, 535, 538]);

const isAboutTheServer = ({ code = "", responseCode = 0 }: SmtpError): boolean =>
  serverCodes.has(code) || serverReplies.has(responseCode);

/** A server that is well but for this mail (it breaks the connection at it) is not away: the mail is what fails. */
async function outageOr(transport: Transporter, mail: Mail, problem: SmtpError): Promise<Delivery> {
  try {
    await transport.verify();
  } catch {
    return { outage: reasonOf(problem) };
  }
  const reason = reasonOf(problem);
  return { turned: mail.remaining.map((address) => ({ address, reason, forGood: false })) };
}

const turned = (error: SmtpError, address: string): Turned => ({
  address,
  reason: reasonOf(error),
  forGood:
    (error.responseCode ?? 0) >= 500 || (error.responseCode === undefined && permanentCodes.has(error.code ?? "")),
});

/** Refused by nodemailer itself, such as a mail larger than the server said it takes. */
const permanentCodes = new Set(["EENVELOPE", "EMESSAGE"]);

export const reasonOf = ({ response, message, code }: SmtpError): string =>
  (response || message || code || "no reason was given").replace(/\s+/g, " ").slice(0, 500);
