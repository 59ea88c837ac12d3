/** A mail as `GET /mails` lists it. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly status: MailStatus;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly reason?: string;
  readonly created_at: string;
  readonly sent_at?: string;
}

/** As `GET /mails/:id` gives it: with what its reader sees. */
export interface MailInFull extends Mail {
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly { readonly filename: string; readonly size: number }[];
}

export const statuses = ["queued", "sent", "failed"] as const;
export type MailStatus = (typeof statuses)[number];

export const statusTone: Readonly<Record<MailStatus, string>> = { queued: "warn", sent: "good", failed: "bad" };

export interface Template {
  readonly name: string;
  readonly description: string;
  readonly variables: readonly string[];
}

export interface Preview {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
