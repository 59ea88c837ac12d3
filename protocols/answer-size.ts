import { CodedError } from "../errors/index.ts";

/** The largest answer that a service gives, bytes. Of a message beyond 16 MiB RabbitMQ 4 closes the publisher's channel. */
export const MAX_ANSWER = 15 << 20;

/** What a client takes: that, and what lies around it. */
export const MAX_RECEIVED = 16 << 20;

export const answerTooLarge = (): CodedError =>
  new CodedError("INTERNAL", `the answer is larger than ${MAX_ANSWER} bytes: ask for less`);

/** What the answers to one message may be together. */
export class AnswerRoom {
  #left = MAX_ANSWER;

  /** @throws CodedError INTERNAL when it does not fit in */
  take<T extends string | Buffer>(answer: T): T {
    this.#left -= sizeWithin(this.#left, answer);
    return answer;
  }
}

function sizeWithin(room: number, answer: string | Buffer): number {
  const size = Buffer.byteLength(answer);
  if (size > room) throw answerTooLarge();
  return size;
}

/** @returns its bytes @throws CodedError INTERNAL when it is too large */
export const answerSize = (answer: string | Buffer): number => sizeWithin(MAX_ANSWER, answer);

/** @throws CodedError INTERNAL when it is too large */
export function boundedAnswer<T extends string | Buffer>(answer: T): T {
  answerSize(answer);
  return answer;
}
