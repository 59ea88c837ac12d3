import type { CodedError } from "../../errors/index.ts";

/** The one shape of every REST answer. */
export interface Envelope {
  readonly error: boolean;
  readonly message: string;
  readonly code?: string;
  readonly data?: unknown;
}

export const success = (message: string, data?: unknown): Envelope =>
  data === undefined || data === null ? { error: false, message } : { error: false, message, data };

export const failure = (error: CodedError): Envelope => ({
  error: true,
  message: error.message,
  code: error.type,
  ...(error.data === undefined ? {} : { data: error.data }),
});
