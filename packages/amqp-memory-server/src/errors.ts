/** The reply codes of AMQP 0-9-1 and what each closes (RabbitMQ's `rabbit_framing_amqp_0_9_1:lookup_amqp_exception`). */
const replies = {
  CONTENT_TOO_LARGE: [311, "channel"],
  CONNECTION_FORCED: [320, "connection"],
  ACCESS_REFUSED: [403, "channel"],
  NOT_FOUND: [404, "channel"],
  RESOURCE_LOCKED: [405, "channel"],
  PRECONDITION_FAILED: [406, "channel"],
  FRAME_ERROR: [501, "connection"],
  SYNTAX_ERROR: [502, "connection"],
  COMMAND_INVALID: [503, "connection"],
  CHANNEL_ERROR: [504, "connection"],
  UNEXPECTED_FRAME: [505, "connection"],
  RESOURCE_ERROR: [506, "connection"],
  NOT_ALLOWED: [530, "connection"],
  NOT_IMPLEMENTED: [540, "connection"],
  INTERNAL_ERROR: [541, "connection"],
} as const satisfies Record<string, readonly [number, Scope]>;

type Scope = "channel" | "connection";
export type Reply = keyof typeof replies;

export interface MethodId {
  readonly classId: number;
  readonly methodId: number;
}
/** Blames no method. */
export const noMethod: MethodId = { classId: 0, methodId: 0 };

/** A protocol error: it closes the channel or the connection that caused it, with this code and text. */
export class AmqpError extends Error {
  readonly replyCode: number;
  readonly scope: Scope;
  /** The method to blame, where it is not the one being handled. */
  readonly method: MethodId | undefined;

  constructor(
    reply: Reply,
    detail: string,
    { scope = replies[reply][1], method }: { scope?: Scope; method?: MethodId } = {},
  ) {
    super(`${reply} - ${detail}`);
    this.name = "AmqpError";
    this.replyCode = replies[reply][0];
    this.scope = scope;
    this.method = method;
  }

  /** Any failure as a protocol error. One that is not is a fault of this server's: it is told, not only answered. */
  static from(error: unknown): AmqpError {
    if (error instanceof AmqpError) return error;
    const fault = error instanceof Error ? error : new Error(String(error));
    process.emitWarning(fault);
    return new AmqpError("INTERNAL_ERROR", fault.message);
  }
}

/** A wrong option or a refused start, told to the developer who called {@link AmqpMemoryServer.create}. */
export class AmqpMemoryServerError extends Error {
  readonly code: "INVALID_OPTION" | "NOT_LOOPBACK" | "PRODUCTION_REFUSED" | "LISTEN_FAILED";

  constructor(code: AmqpMemoryServerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AmqpMemoryServerError";
    this.code = code;
  }
}
