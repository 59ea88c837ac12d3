import { randomUUID } from "node:crypto";
import type { Protocol } from "../../protocols/protocol.ts";

/** What a request brings along beside its payload. */
export interface Origin {
  /** The client's address. */
  readonly client: string;
  readonly via: Protocol;
}

/** What `POST /handle` knows to do: which operation an action is, where its parameters are, and what it answers. */
export interface Operation {
  readonly operation: string;
  /** The protocol it goes over when the request does not say. */
  readonly usually: Protocol;
  /** Where the payload has its parameters, and which of them are meant; others are ignored. */
  readonly field: string;
  readonly takes: readonly string[];
  /** What the client has no say in. */
  readonly adds: (origin: Origin) => object;
  /** `{name}` is filled in from the parameters. */
  readonly says: string;
  /** It changes something for others: in production it wants a signed-in caller. */
  readonly guarded: boolean;
}

/** Behind the gateway a request may be delivered twice; writes carry an id, so that it is done once. */
export const operations: Readonly<Record<string, Operation>> = {
  auth: {
    operation: "auth.authenticate",
    usually: "mesh",
    field: "auth",
    takes: ["email", "password"],
    adds: ({ client }) => ({ client }),
    says: "Authenticated!",
    guarded: false,
  },
  log: {
    operation: "logger.write",
    usually: "json-rpc",
    field: "log",
    takes: ["name", "data", "severity"],
    adds: ({ via }) => ({ source: "gateway", via, event_id: randomUUID() }),
    says: "Processed payload via RPC: {name}",
    guarded: true,
  },
  mail: {
    operation: "mailer.send",
    usually: "mesh",
    field: "mail",
    takes: ["from", "to", "subject", "message", "template", "variables", "attachments"],
    adds: () => ({ id: randomUUID() }),
    says: "Message sent to {to}",
    guarded: true,
  },
};
