import { type Tracer, traceparentBelow } from "../../node/tracing/tracer.ts";
import type { Protocol } from "../../protocols/protocol.ts";
import type { Clients } from "./clients.ts";
import type { Trace } from "./trace.ts";

/**
 * Calls an operation of another node, within the time-out that every upstream call has.
 * @param limit ms, when it is to be less
 */
export type Ask = (operation: string, params: object, via?: Protocol, limit?: number) => Promise<unknown>;

interface AskOptions {
  readonly requestId: string;
  /** ms */
  readonly deadline: number;
  /** Where the hop is noted. */
  readonly trace: Trace;
  readonly tracer?: Tracer;
  /** Aborted when the client does not wait for its answer any more. */
  readonly signal?: AbortSignal;
}

export const asking =
  (clients: Clients, { requestId, deadline, trace, tracer, signal }: AskOptions): Ask =>
  async (operation, params, via = "mesh", limit = deadline) => {
    const hop = trace.begin(operation, via);
    const span = tracer?.begin({ name: operation, kind: "client", attributes: { protocol: via } });
    const ended = (node?: string, took?: number, error?: unknown) => {
      hop.end(node, took);
      if (span === undefined) return;
      span.attributes["server.node"] = node;
      span.end(error);
    };
    try {
      const options = { deadline: Math.min(deadline, limit), requestId, traceparent: traceparentBelow(span), signal };
      const { value, node, took } = await clients.over(via).call(operation, params, options);
      ended(node, took);
      return value;
    } catch (error) {
      ended((error as { nodeID?: string }).nodeID, undefined, error);
      throw error;
    }
  };
