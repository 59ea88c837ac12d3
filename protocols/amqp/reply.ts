import type { ConsumeMessage } from "amqplib";
import { isCode } from "../../errors/codes.ts";
import { CodedError } from "../../errors/index.ts";
import type { Outgoing } from "../../mixins/amqp/outgoing.ts";
import { answerTooLarge, boundedAnswer, MAX_RECEIVED } from "../answer-size.ts";
import type { Answer } from "../client.ts";
import { header, LONGEST_WAIT } from "./topology.ts";

/** What became of a request, before it is known to whom it goes. */
export interface Reply {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string | number>>;
}

interface Served {
  readonly node: string;
  readonly requestId: string;
  /** ms */
  readonly took: number;
}

/** The body is the value itself; null when there is none. @throws CodedError INTERNAL when it is too large */
export const success = (value: unknown, served: Served): Reply => ({
  content: boundedAnswer(Buffer.from(JSON.stringify(value ?? null))),
  headers: headersOf(served),
});

/** The body is `{code, message, data?, node}`. */
export const failure = (error: CodedError, served: Served): Reply => {
  const { type: code, message, data, nodeID: node = served.node } = error;
  return {
    content: Buffer.from(JSON.stringify({ code, message, data, node })),
    headers: { ...headersOf(served), [header.errorCode]: code },
  };
};

const headersOf = ({ node, requestId, took }: Served): Record<string, string | number> => ({
  [header.node]: node,
  [header.requestId]: requestId,
  [header.took]: Math.round(took * 10) / 10,
});

/** @returns undefined for a request that asks for no reply */
export function addressed(reply: Reply, { properties }: ConsumeMessage): Outgoing | undefined {
  const { replyTo, correlationId } = properties as { replyTo?: unknown; correlationId?: unknown };
  if (typeof replyTo !== "string" || replyTo === "") return undefined;
  return {
    exchange: "",
    routingKey: replyTo,
    content: reply.content,
    options: {
      contentType: "application/json",
      correlationId: typeof correlationId === "string" ? correlationId : undefined,
      // In a queue that nobody reads any more it does not stay.
      expiration: String(LONGEST_WAIT),
      headers: { ...reply.headers },
    },
  };
}

/** @throws CodedError what the service answered; INTERNAL for what is no answer */
export function readReply({ content, properties }: ConsumeMessage): Answer {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const node = typeof headers[header.node] === "string" ? headers[header.node] : undefined;
  const code = headers[header.errorCode];
  try {
    if (content.length > MAX_RECEIVED) throw answerTooLarge();
    const value = parse(content);
    if (code === undefined) return { value, node: node as string | undefined, took: tookOf(headers) };
    const { message, data } = (value ?? {}) as { message?: unknown; data?: unknown };
    if (!isCode(code) || typeof message !== "string") throw unreadable();
    throw new CodedError(code, message, { data });
  } catch (error) {
    (error as CodedError).nodeID ??= node as string | undefined;
    throw error;
  }
}

const tookOf = (headers: Record<string, unknown>): number | undefined => {
  const took = headers[header.took];
  return typeof took === "number" ? took : undefined;
};

const unreadable = (cause?: unknown) => new CodedError("INTERNAL", "something went wrong on our side", { cause });

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (error) {
    throw unreadable(error);
  }
}
