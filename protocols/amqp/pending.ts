import type { ConsumeMessage } from "amqplib";
import { type CodedError, late } from "../../errors/index.ts";
import type { Answer } from "../client.ts";
import { readReply } from "./reply.ts";

interface Call {
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: CodedError) => void;
}

/** The calls of one client that wait for their answers, by correlation id. */
export class PendingCalls {
  readonly #calls = new Map<string, Call>();
  #last = 0;

  get size(): number {
    return this.#calls.size;
  }

  /**
   * @param deadline ms; then TIMEOUT
   * @param send gets the correlation id of the call
   * @param tellLate gets it too, when the time is up
   * @throws CodedError TIMEOUT, and what it is settled with
   */
  add(
    deadline: number,
    send: (correlationId: string) => void,
    tellLate: (correlationId: string) => void,
  ): Promise<Answer> {
    const id = String(++this.#last);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.fail(id, late());
        tellLate(id);
      };
      this.#calls.set(id, { timer: setTimeout(giveUp, deadline), resolve, reject });
      send(id);
    });
  }

  has(id: string): boolean {
    return this.#calls.has(id);
  }

  /** An answer that nobody waits for any more is dropped. */
  answer(message: ConsumeMessage): void {
    const call = this.#take(message.properties.correlationId);
    if (call === undefined) return;
    try {
      call.resolve(readReply(message));
    } catch (error) {
      call.reject(error as CodedError);
    }
  }

  /** Of what has no other answer than that the broker has it. */
  taken(id: string): void {
    this.#take(id)?.resolve({ value: null });
  }

  fail(id: unknown, error: CodedError): void {
    this.#take(id)?.reject(error);
  }

  failAll(why: () => CodedError): void {
    for (const id of [...this.#calls.keys()]) this.fail(id, why());
  }

  #take(id: unknown): Call | undefined {
    const call = this.#calls.get(id as string);
    if (call === undefined) return undefined;
    this.#calls.delete(id as string);
    clearTimeout(call.timer);
    return call;
  }
}
