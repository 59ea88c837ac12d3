import type { Broker } from "../broker/broker.ts";
import type { MethodOf } from "../codec/method-codec.ts";
import { AmqpError } from "../errors.ts";
import { type Content, readContentHeader } from "../frames.ts";

type Publish = MethodOf<"basic.publish">;
const basicClass = 60;

/** Puts a publish together: method, header, then body frames until the announced size is there. */
export class ContentAssembly {
  method: Publish | undefined;
  #properties: Buffer | undefined;
  #bodySize = 0;
  #pieces: Buffer[] = [];
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
    if (this.method === undefined) return;
    const missing = this.#properties === undefined ? "header" : "body";
    throw new AmqpError(
      "UNEXPECTED_FRAME",
      `expected content ${missing} for class ${basicClass}, got non content ${missing} frame instead`,
    );
  }

  header(payload: Buffer): (Content & { method: Publish }) | undefined {
    if (this.method === undefined)
      throw new AmqpError("UNEXPECTED_FRAME", "expected method frame, got content header frame instead");
    if (this.#properties !== undefined) this.expectMethod();
    const { classId, bodySize, properties } = readContentHeader(payload);
    if (classId !== basicClass) {
      throw new AmqpError(
        "UNEXPECTED_FRAME",
        `expected content header for class ${basicClass}, got one for class ${classId} instead`,
      );
    }
    const { maxMessageSize } = this.#broker.options;
    if (bodySize > maxMessageSize) {
      throw new AmqpError(
        "PRECONDITION_FAILED",
        `message size ${bodySize} is larger than configured max size ${maxMessageSize}`,
      );
    }
    this.#properties = Buffer.from(properties);
    this.#bodySize = bodySize;
    return bodySize === 0 ? this.#finish() : undefined;
  }

  body(payload: Buffer): (Content & { method: Publish }) | undefined {
    if (this.method === undefined)
      throw new AmqpError("UNEXPECTED_FRAME", "expected method frame, got content body frame instead");
    if (this.#properties === undefined) this.expectMethod();
    if (this.#received + payload.length > this.#bodySize) {
      throw new AmqpError("FRAME_ERROR", `the body is longer than the ${this.#bodySize} bytes announced`);
    }
    // A copy: the frame is a view of the socket's chunk, which a small message must not keep alive.
    this.#pieces.push(Buffer.from(payload));
    this.#received += payload.length;
    this.#broker.memory.add(payload.length);
    return this.#received === this.#bodySize ? this.#finish() : undefined;
  }

  /** Forgets what was under way. */
  reset(): void {
    this.#broker.memory.add(-this.#received);
    this.method = undefined;
    this.#properties = undefined;
    this.#pieces = [];
    this.#received = 0;
  }

  #finish(): (Content & { method: Publish }) | undefined {
    const { method } = this;
    const properties = this.#properties;
    if (method === undefined || properties === undefined) return undefined;
    const [only] = this.#pieces;
    const body = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    this.reset();
    return { method, properties, body };
  }
}
