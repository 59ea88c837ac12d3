import type { Broker } from "../broker/broker.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError, type MethodId, noMethod } from "../errors.ts";
import { basicClass, type Content, readContentHeader } from "../frames.ts";

type Publish = MethodOf<"basic.publish">;
/** Longer property lists are not remembered: channels are many. */
const repeatedLimit = 256;
const empty = Buffer.alloc(0);

/** Puts a publish together: method, header, then body frames until the announced size is there. */
export class ContentAssembly {
  method: Publish | undefined;
  #properties: Buffer | undefined;
  #repeated: Buffer = empty;
  #bodySize = 0;
  #body = empty;
  #received = 0;
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  begin(method: Publish): void {
    this.method = method;
  }

  /** A method may come only when no content is under way. */
  expectMethod(): void {
    if (this.method !== undefined) throw unexpected(this.#properties === undefined ? "header" : "body", this.method.id);
  }

  header(payload: Buffer): (Content & { method: Publish }) | undefined {
    if (this.method === undefined) throw unexpected("method", noMethod);
    if (this.#properties !== undefined) throw unexpected("body", this.method.id);
    const { classId, weight, bodySize, properties } = readContentHeader(payload);
    if (weight !== 0) throw unexpected("header", this.method.id);
    if (classId !== basicClass) {
      const detail = `expected content header for class ${basicClass}, got one for class ${classId} instead`;
      throw new AmqpError("UNEXPECTED_FRAME", detail, { method: this.method.id });
    }
    const { maxMessageSize } = this.#broker.options;
    if (bodySize > maxMessageSize) {
      const detail = `message size ${bodySize} is larger than configured max size ${maxMessageSize}`;
      throw new AmqpError("PRECONDITION_FAILED", detail);
    }
    this.#properties = this.#keep(properties);
    this.#bodySize = bodySize;
    return bodySize === 0 ? this.#finish() : undefined;
  }

  body(payload: Buffer): (Content & { method: Publish }) | undefined {
    if (this.method === undefined) throw unexpected("method", noMethod);
    if (this.#properties === undefined) throw unexpected("header", this.method.id);
    if (this.#received + payload.length > this.#bodySize) throw unexpected("body", this.method.id);
    this.#append(payload);
    this.#broker.memory.add(payload.length);
    this.#checkMemory();
    return this.#received === this.#bodySize ? this.#finish() : undefined;
  }

  /** A copy, for the reason below; a publisher that repeats its properties has them kept once. */
  #keep(properties: Buffer): Buffer {
    if (this.#repeated.equals(properties)) return this.#repeated;
    const kept = Buffer.from(properties);
    if (kept.length <= repeatedLimit) this.#repeated = kept;
    return kept;
  }

  /** Forgets what was under way, or is published now. */
  reset(): void {
    this.#broker.memory.add(-this.#received);
    this.method = undefined;
    this.#properties = undefined;
    this.#body = empty;
    this.#received = 0;
  }

  /** A copy: the frame is a view of the socket's chunk, which a small message must not keep alive. */
  #append(payload: Buffer): void {
    const needed = this.#received + payload.length;
    if (needed === payload.length) this.#body = Buffer.from(payload);
    else {
      // One buffer that grows: a body in crumbs costs no more than a whole one.
      if (needed > this.#body.length) {
        const grown = Buffer.allocUnsafe(Math.min(this.#bodySize, needed * 2));
        this.#body.copy(grown, 0, 0, this.#received);
        this.#body = grown;
      }
      payload.copy(this.#body, this.#received);
    }
    this.#received = needed;
  }

  #finish(): (Content & { method: Publish }) | undefined {
    const { method } = this;
    const properties = this.#properties;
    if (method === undefined || properties === undefined) return undefined;
    return { method, properties, body: this.#body };
  }

  /**
   * A message that has begun may end although the memory limit is passed: held back it would wait for itself. That goes
   * well for one more message of the largest size; whoever sends more than that at a time is cut off.
   */
  #checkMemory(): void {
    const { memory, options } = this.#broker;
    if (memory.used <= memory.limit + options.maxMessageSize) return;
    throw new AmqpError("RESOURCE_ERROR", "memory is used up by messages that are still under way");
  }
}

/** A frame out of turn, in RabbitMQ's words. */
function unexpected(expected: "method" | "header" | "body", method: MethodId): AmqpError {
  const [wanted, other] = {
    method: ["method frame", "method frame"],
    header: [`content header for class ${basicClass}`, "content header frame"],
    body: ["content body", "content body frame"],
  }[expected] as [string, string];
  return new AmqpError("UNEXPECTED_FRAME", `expected ${wanted}, got non ${other} instead`, { method });
}
