import type { Protocol } from "../../protocols/client.ts";
import type { Clients } from "./clients.ts";
import type { Trace } from "./trace.ts";

/** Calls an operation of another node, within the time-out that every upstream call has. */
export type Ask = (operation: string, params: object, via?: Protocol) => Promise<unknown>;

interface AskOptions {
  readonly requestId: string;
  /** ms */
  readonly deadline: number;
  /** Where the hop is noted. */
  readonly trace: Trace;
}

export const asking =
  (clients: Clients, { requestId, deadline, trace }: AskOptions): Ask =>
  async (operation, params, via = "mesh") => {
    const hop = trace.begin(operation, via);
    try {
      const { value, node, took } = await clients.over(via).call(operation, params, { deadline, requestId });
      hop.end(node, took);
      return value;
    } catch (error) {
      hop.end((error as { nodeID?: string }).nodeID);
      throw error;
    }
  };
