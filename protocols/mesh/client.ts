import type { ServiceBroker } from "moleculer";
import { toCodedError } from "../../errors/index.ts";
import type { Answer, CallOptions, ProtocolClient } from "../client.ts";

/** Moleculer's own mesh as a protocol like the others. The broker's owner closes it. */
export class MeshClient implements ProtocolClient {
  readonly protocol = "mesh";
  readonly counters = { messages: 0 };
  readonly #broker: ServiceBroker;

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  async call(operation: string, params: object, options: CallOptions): Promise<Answer> {
    const meta: { servedBy?: string } = {};
    this.counters.messages++;
    try {
      const call = this.#broker.call(operation, params, {
        meta,
        timeout: options.deadline,
        requestID: options.requestId,
      });
      const value: unknown = await call;
      return { value, node: (call as typeof call & { ctx?: { meta: typeof meta } }).ctx?.meta.servedBy };
    } catch (error) {
      throw toCodedError(error);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
