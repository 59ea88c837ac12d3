import { Errors } from "moleculer";
import { type Code, codes } from "./codes.ts";

export interface CodedErrorOptions {
  /** What a client may read beside the message. */
  data?: unknown;
  /** What happened underneath; for the log, never for a client. */
  cause?: unknown;
}

/**
 * An error a client may see: a code of the table, a message for the person who reads it. Moleculer's `type` carries the
 * code and its `code` the HTTP status, so it crosses the mesh and speaks to moleculer-web as its own errors do.
 */
export class CodedError extends Errors.MoleculerError {
  declare readonly type: Code;
  /** The node where it happened, when it came from another. Moleculer sets it. */
  declare nodeID?: string;

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, codes[code].http, code, options.data);
    this.name = "CodedError";
    this.retryable = codes[code].retryable;
    if (options.cause !== undefined) this.cause = options.cause;
  }

  get form() {
    return codes[this.type];
  }
}
