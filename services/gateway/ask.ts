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
  /** Aborted when the client does not wait for its answer any more. */
  readonly signal?: AbortSignal;
}

export const asking =
  (clients: Clients, { requestId, deadline, trace, signal }: AskOptions): Ask =>
  async (operation, params, via = "mesh", limit = deadline) => {
    const hop = trace.begin(operation, via);
    try {
      const options = { deadline: Math.min(deadline, limit), requestId, signal };
      const { value, node, took } = await clients.over(via).call(operation, params, options);
      hop.end(node, took);
      return value;
    } catch (error) {
      hop.end((error as { nodeID?: string }).nodeID);
      throw error;
    }
  };
