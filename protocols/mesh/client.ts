import type { ServiceBroker } from "moleculer";
import { toCodedError } from "../../errors/index.ts";
import type { ServedMeta } from "../../node/served.ts";
import { Calls } from "../calls.ts";
import { unlessAborted } from "../cancellable.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";
import { MeshBytes } from "./bytes.ts";

/** Moleculer's own mesh as a protocol like the others. The broker's owner closes it. */
export class MeshClient implements ProtocolClient {
  readonly protocol = "mesh";
  readonly counters: Calls;
  readonly #broker: ServiceBroker;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
    this.counters = new Calls(new MeshBytes(broker));
  }

  call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    return this.counters.run(() => this.#call(operation, params, options), params);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    const called = this.#broker.call(operation, params, {
      timeout: options.deadline,
      requestID: options.requestId,
      signal: options.signal,
      headers: options.traceparent === undefined ? undefined : { traceparent: options.traceparent },
    }) as Called;
    try {
      // Moleculer goes on waiting for the answer; the node that works on it is told by the cancellation's middleware.
      const value: unknown = await unlessAborted(called, options.signal);
      return { value, node: called.ctx?.meta.servedBy, took: called.ctx?.meta.servedIn };
    } catch (error) {
      const coded = toCodedError(error);
      coded.nodeID ??= called.ctx?.meta.servedBy;
      throw coded;
    }
  }
}

/** Moleculer's promise knows its context, whose metadata came back with the answer. */
type Called = Promise<unknown> & { ctx?: { meta: ServedMeta } };
