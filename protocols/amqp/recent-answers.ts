import { createHash } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import type { Reply } from "./reply.ts";

/** Answers that are kept for a request that may come again, and their bytes; the oldest go first. */
export const MAX_ANSWERS = 1_000;
export const MAX_ANSWER_BYTES = 8 << 20;

interface Entry {
  readonly reply: Promise<Reply>;
  /** 0 until it is there. */
  size: number;
}

/**
 * What this node answered lately, or is about to, by the message's id: a request that is delivered again to it (its
 * connection was lost before the acknowledgement) is answered the same and not done again. Only what the broker marks as
 * delivered again is looked up, so that a client that gives two requests one id gets two answers.
 */
export class RecentAnswers {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The answer from before, or that of `work`, which is remembered. `work` does not reject. */
  once(message: ConsumeMessage, work: () => Promise<Reply>): Promise<Reply> {
    const key = keyOf(message);
    if (key === undefined) return work();
    const before = message.fields.redelivered ? this.#entries.get(key) : undefined;
    return before?.reply ?? this.#remember(key, work());
  }

  #remember(key: string, reply: Promise<Reply>): Promise<Reply> {
    this.#forget(key);
    const entry: Entry = { reply, size: 0 };
    this.#entries.set(key, entry);
    return reply.then((done) => {
      if (this.#entries.get(key) === entry) {
        entry.size = done.content.length;
        this.#bytes += entry.size;
        this.#keepWithin();
      }
      return done;
    });
  }

  #keepWithin(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= MAX_ANSWERS && this.#bytes <= MAX_ANSWER_BYTES) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}

/** Whose request it is belongs to it: two clients may have chosen one id. */
function keyOf({ properties }: ConsumeMessage): string | undefined {
  const { messageId, replyTo, correlationId, type } = properties;
  return typeof messageId === "string" && messageId !== ""
    ? `${messageId}\n${replyTo}\n${correlationId}\n${type}`
    : undefined;
}

/**
 * The same for each delivery of one request, and for no other: a client that gives two requests one id does not get the first
 * one's answer to the second. Undefined when the request does not name itself.
 */
export function identityOf(message: ConsumeMessage): string | undefined {
  const key = keyOf(message);
  return key === undefined ? undefined : createHash("sha256").update(`${key}\n`).update(message.content).digest("hex");
}
