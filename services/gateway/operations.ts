/** What `POST /handle` knows to do: which operation an action is, where its parameters are, and what it answers. */
export interface Operation {
  readonly operation: string;
  readonly field: string;
  /** `{name}` is filled in from the parameters. */
  readonly says: string;
}

export const operations: Readonly<Record<string, Operation>> = {
  auth: { operation: "auth.authenticate", field: "auth", says: "Authenticated!" },
  log: { operation: "logger.write", field: "log", says: "Processed payload via RPC: {name}" },
  mail: { operation: "mailer.send", field: "mail", says: "Message sent to {to}" },
};
