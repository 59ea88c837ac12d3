/**
 * The one table of errors. The same fault has the same code on every protocol; a client may rely on it.
 * `amqp` says what a consumer does with the message that met the error.
 */
interface Form {
  readonly http: number;
  readonly jsonRpc: number;
  readonly grpc: number;
  readonly amqp: "retry" | "dead-letter";
  /** May the same request succeed later, unchanged? */
  readonly retryable: boolean;
}

const form = (http: number, jsonRpc: number, grpc: number, retryable = false): Form => ({
  http,
  jsonRpc,
  grpc,
  amqp: retryable ? "retry" : "dead-letter",
  retryable,
});

export const codes = {
  /** The address or the head of an HTTP request cannot be read. */
  MALFORMED_REQUEST: form(400, -32700, 3),
  /** The body is not one JSON value, or not an object. */
  MALFORMED_BODY: form(400, -32700, 3),
  /** What came is readable, and no request of the protocol it came over. */
  INVALID_REQUEST: form(400, -32600, 3),
  /** A field is missing or wrong; the message names it. */
  VALIDATION_FAILED: form(400, -32602, 3),
  UNKNOWN_ACTION: form(400, -32601, 12),
  INVALID_CREDENTIALS: form(401, -32001, 16),
  UNAUTHENTICATED: form(401, -32002, 16),
  FORBIDDEN: form(403, -32003, 7),
  NOT_FOUND: form(404, -32004, 5),
  METHOD_NOT_ALLOWED: form(405, -32601, 12),
  /** The name or id is taken. */
  CONFLICT: form(409, -32009, 6),
  BODY_TOO_LARGE: form(413, -32013, 8),
  /** The mail server refused this mail for good; it is kept with the reason. */
  MAIL_REFUSED: form(422, -32022, 9),
  TOO_MANY_REQUESTS: form(429, -32029, 8, true),
  /** Failed logins, to one account or from one client; data says after how many seconds to try again. */
  TOO_MANY_ATTEMPTS: form(429, -32030, 8, true),
  INTERNAL: form(500, -32603, 13),
  /** A node has more in hand than it accepts. */
  OVERLOADED: form(503, -32050, 8, true),
  /** No node offers the operation now. */
  SERVICE_UNAVAILABLE: form(503, -32051, 14, true),
  /** A server the node needs (database, broker, mail) is away; the message says which. */
  DEPENDENCY_UNAVAILABLE: form(503, -32052, 14, true),
  /** The protocol that was asked for is not served. */
  PROTOCOL_UNAVAILABLE: form(503, -32053, 14),
  TIMEOUT: form(504, -32054, 4, true),
  /** Who asked does not want the answer any more. */
  CANCELLED: form(499, -32055, 1),
} as const satisfies Record<string, Form>;

export type Code = keyof typeof codes;

export const isCode = (value: unknown): value is Code => typeof value === "string" && Object.hasOwn(codes, value);
