import { createHash } from "node:crypto";
import type { ConfirmChannel, ConsumeMessage, GetMessage } from "amqplib";
import { CodedError } from "../../errors/index.ts";
import { publishConfirmed } from "../../mixins/amqp/outgoing.ts";
import type { EventQueue } from "../../mixins/event-queue/event-queue.ts";
import { deadQueue, queue } from "../../mixins/event-queue/topology.ts";
import { attemptsOf, backToWork, mark } from "./outcome.ts";
import { routingKeyOf } from "./received.ts";

export interface DeadLetter {
  readonly id: string;
  /** Empty when the message was not readable. */
  readonly name: string;
  /** The event's data, or the message as it came when it was not readable; cut off at 10,000 characters. */
  readonly data: string;
  readonly routing_key: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly died_at?: string;
  readonly size: number;
}

/** The same as a rule. */
export const deadLetterRule = {
  type: "object",
  props: {
    id: "string",
    name: "string",
    data: "string",
    routing_key: "string",
    code: "string",
    reason: "string",
    attempts: "number",
    died_at: "string|optional",
    size: "number",
  } satisfies Record<keyof DeadLetter, string>,
};

/** How far one call looks for an id, and how many it sends back at most. */
const MAX_SEEN = 10_000;
const MAX_RESENT = 1_000;
const MAX_DATA = 10_000;

/** Looks into the dead letters, oldest first, without taking them out; and sends them back to be tried again. */
export class DeadLetters {
  readonly #events: EventQueue;
  /** One look at a time: what one holds another would not see. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(events: EventQueue) {
    this.#events = events;
  }

  list(limit: number): Promise<DeadLetter[]> {
    return this.#inTurn(async (channel) => {
      const found: DeadLetter[] = [];
      while (found.length < limit) {
        const message = await next(channel);
        if (message === undefined) break;
        found.push(toDeadLetter(message));
      }
      return found;
    });
  }

  /** @throws CodedError NOT_FOUND when it is not among the oldest 10,000 */
  async resend(id: string): Promise<number> {
    const resent = await this.#sendBack((message) => deadLetterId(message) === id, MAX_SEEN);
    if (resent === 0) throw new CodedError("NOT_FOUND", `no dead letter has the id ${JSON.stringify(id)}`);
    return resent;
  }

  /** Up to 1,000 of them; those that die meanwhile stay. @returns how many, and how many are left */
  async resendAll(): Promise<{ resent: number; left: number }> {
    const resent = await this.#sendBack(() => true, MAX_RESENT);
    return { resent, left: await this.#inTurn(async (channel) => (await channel.checkQueue(deadQueue)).messageCount) };
  }

  #sendBack(wanted: (message: ConsumeMessage) => boolean, limit: number): Promise<number> {
    return this.#inTurn(async (channel) => {
      const { messageCount } = await channel.checkQueue(deadQueue);
      let resent = 0;
      for (let seen = 0; seen < Math.min(messageCount, limit); seen++) {
        const message = await next(channel);
        if (message === undefined) break;
        if (!wanted(message)) continue;
        await publishConfirmed(channel, backToWork(message, deadLetterId(message), queue));
        channel.ack(message);
        resent++;
      }
      return resent;
    });
  }

  #inTurn<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#events.withChannel(work));
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** `basic.get` has no consumer tag; nothing here reads it. */
async function next(channel: ConfirmChannel): Promise<ConsumeMessage | undefined> {
  const message: GetMessage | false = await channel.get(deadQueue);
  return message === false ? undefined : (message as unknown as ConsumeMessage);
}

/** The listener gives every dead letter an id; one that others put there may have none, and goes by its content. */
const deadLetterId = ({ content, properties: { messageId } }: ConsumeMessage): string =>
  typeof messageId === "string" && messageId !== ""
    ? messageId
    : createHash("sha256").update(content).digest("hex").slice(0, 32);

function toDeadLetter(message: ConsumeMessage): DeadLetter {
  const { content, properties } = message;
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const event = readable(content);
  const diedAt = headers[mark.diedAt];
  return {
    id: deadLetterId(message),
    name: event?.name ?? "",
    data: (event?.data ?? content.subarray(0, 4 * MAX_DATA).toString("utf8")).slice(0, MAX_DATA),
    routing_key: routingKeyOf(message),
    code: String(headers[mark.code] ?? ""),
    reason: String(headers[mark.error] ?? ""),
    attempts: attemptsOf(message),
    died_at: typeof diedAt === "string" ? diedAt : undefined,
    size: content.length,
  };
}

function readable(content: Buffer): { name: string; data: string } | undefined {
  if (content.length > 2 << 20) return undefined;
  try {
    const { name, data } = JSON.parse(content.toString("utf8")) as { name?: unknown; data?: unknown };
    return typeof name === "string" && typeof data === "string" ? { name, data } : undefined;
  } catch {
    return undefined;
  }
}
