import { Metadata, type ServerUnaryCall } from "@grpc/grpc-js";
import type { CallingOptions } from "moleculer";
import { CodedError, toCodedError } from "../../errors/index.ts";
import { requestContext, requestIdFrom } from "../../node/request-context.ts";
import { traceFrom } from "../../node/tracing/trace-context.ts";
import { changedIn, textsIn } from "./call-meta.ts";
import type { Message } from "./definitions.ts";
import { key, text } from "./metadata.ts";
import { toStatus } from "./status.ts";

/** What the calls of one port have in common. */
export interface Edge {
  readonly node: string;
  /** ms; a caller's deadline may be nearer. */
  readonly requestTimeout: number;
  /** Aborted when the node stops taking work: what would go on for ever ends. */
  readonly draining: AbortSignal;
  /** Told of what a client is not told. */
  readonly onError: (error: CodedError, rpc: string) => void;
}

/** What the kinds of call have in common. */
type ServerCall = Pick<ServerUnaryCall<Message, Message>, "metadata" | "getDeadline" | "getPath"> & {
  on(event: "cancelled", listener: () => void): unknown;
};

/** One call while it is worked on: its id, its time, and whether somebody still waits for it. */
export class InHand {
  readonly requestId: string;
  readonly #edge: Edge;
  readonly #call: ServerCall;
  readonly #begun = performance.now();
  readonly #givenUp = new AbortController();
  #isAnswered = false;
  /** What the caller says beside the message, and what the action makes of it. */
  #came: Record<string, string> = {};
  #meta?: { metadata: unknown };

  constructor(call: ServerCall, edge: Edge) {
    this.#call = call;
    this.#edge = edge;
    this.requestId = requestIdFrom(text(call.metadata, key.requestId));
    // The library says so of every call that ends.
    call.on("cancelled", () => {
      if (!this.#isAnswered) this.giveUp(new CodedError("CANCELLED", "the caller gave up"));
    });
  }

  /** Aborted when nobody waits for the answer any more: the deadline has passed, the caller cancelled or is gone. */
  get signal(): AbortSignal {
    return this.#givenUp.signal;
  }

  giveUp(reason: CodedError): void {
    this.#givenUp.abort(reason);
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    const trace = traceFrom(text(this.#call.metadata, key.traceparent));
    return requestContext.run({ requestId: this.requestId, trace, protocol: "grpc" }, work);
  }

  /** For the action. Moleculer's time-out of 0 would be none. @throws CodedError MALFORMED_REQUEST */
  options(): CallingOptions {
    if (this.#meta === undefined) {
      this.#came = textsIn(this.#call.metadata);
      this.#meta = { metadata: { ...this.#came } };
    }
    const left = Number(this.#call.getDeadline()) - Date.now();
    const timeout = Math.max(1, Math.min(left, this.#edge.requestTimeout));
    return { requestID: this.requestId, timeout, signal: this.signal, meta: this.#meta };
  }

  /** Where it was served, and in what time. */
  told(): Metadata {
    const metadata = new Metadata();
    metadata.set(key.requestId, this.requestId);
    metadata.set(key.node, this.#edge.node);
    metadata.set(key.took, (performance.now() - this.#begun).toFixed(1));
    return metadata;
  }

  /** What the action says beside its value. An error needs the room for its own data. */
  said(): Metadata | undefined {
    return changedIn(this.#meta?.metadata, this.#came);
  }

  /** Nobody waits any more because the answer is there. */
  answered(): void {
    this.#isAnswered = true;
  }

  /** The status of a call that failed; what still works on it is told to stop. */
  refusal(error: unknown): ReturnType<typeof toStatus> {
    const coded = toCodedError(error);
    this.giveUp(coded);
    this.#edge.onError(coded, this.#call.getPath());
    return toStatus(coded, this.told());
  }
}
