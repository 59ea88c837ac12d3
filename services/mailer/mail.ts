import type { TemplateName, Variables } from "./templates.ts";

export interface Address {
  readonly name?: string;
  readonly address: string;
}

/** What a caller asks for; `check.ts` makes a mail of it. */
export interface SendParams {
  readonly id?: string;
  readonly from?: string;
  readonly to: string | readonly string[];
  readonly subject?: string;
  readonly message?: string;
  readonly template?: TemplateName;
  readonly variables?: Variables;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly content: string;
    readonly contentType?: string;
  }[];
  /** false: answer when the mail is kept, not when it was tried. */
  readonly wait?: boolean;
}

export interface Attachment {
  readonly filename: string;
  readonly content_type?: string;
  /** Bytes. */
  readonly size: number;
  /** Base64. Gone when the mail was sent. */
  readonly content?: string;
}

export type Status = "queued" | "sent" | "failed";

/** A mail from the moment it is accepted, as it is stored. */
export interface Mail {
  /** The id; what is sent under it is sent once. */
  readonly _id: string;
  readonly from: Address;
  readonly to: readonly Address[];
  readonly subject: string;
  readonly template: TemplateName;
  readonly variables: Variables;
  readonly attachments: readonly Attachment[];
  readonly request_id?: string;
  readonly created_at: Date;

  readonly status: Status;
  /** How often the mail server was offered it. */
  readonly attempts: number;
  /** Why it has failed, or still waits. */
  readonly reason?: string;
  /** The addresses that do not have it yet. */
  readonly remaining: readonly string[];
  /** Only while queued: not before this. While a mailer has it in hand, until when the mail is that mailer's. */
  readonly next_at?: Date;
  /** Whose it is, while it is in hand. */
  readonly claim?: string;
  /** The id of the ticket that the claim was won with; never stored with the mail. */
  readonly ticket?: string;
  readonly sent_at?: Date;
  /** Sent or failed: retention counts from here. */
  readonly done_at?: Date;
}

/** A row of `mailer.list`. */
export interface MailRow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly status: Status;
  readonly attempts: number;
  readonly reason?: string;
  readonly created_at: Date;
  readonly sent_at?: Date;
}

/** What `mailer.get` gives: the row, the mail as it looks, and what is attached, without the contents. */
export interface MailDetail extends MailRow {
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export const toRow = (mail: Mail): MailRow => ({
  id: String(mail._id),
  from: shown(mail.from),
  to: mail.to.map(shown).join(", "),
  subject: mail.subject,
  template: mail.template,
  status: mail.status,
  attempts: mail.attempts,
  reason: mail.reason || undefined,
  created_at: mail.created_at,
  sent_at: mail.sent_at,
});

const shown = ({ name, address }: Address): string => (name === undefined ? address : `${name} <${address}>`);
