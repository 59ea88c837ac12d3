import type { ServerResponse } from "node:http";
import type { Protocol } from "../../protocols/protocol.ts";

interface Hop {
  readonly service: string;
  readonly via: Protocol;
  waited: number;
  node?: string;
  took?: number;
}

/** The most hops that are told; a request makes one or two. */
const MAX_HOPS = 8;

/** The way a request took: told in X-Via, X-Node and Server-Timing, also when it failed. */
export class Trace {
  readonly #begun = performance.now();
  readonly #hops: Hop[] = [];

  begin(operation: string, via: Protocol): { end: (node?: string, took?: number) => void } {
    const begun = performance.now();
    const hop: Hop = { service: operation.split(".")[0] ?? operation, via, waited: 0 };
    if (this.#hops.length < MAX_HOPS) this.#hops.push(hop);
    return {
      end: (node, took) => {
        Object.assign(hop, { node, took, waited: performance.now() - begun });
      },
    };
  }

  /** The last hop is what was asked for; one before it (finding the session's user) serves it. */
  tell(response: ServerResponse): void {
    if (response.headersSent) return;
    const hop = this.#hops.at(-1);
    if (hop !== undefined) response.setHeader("X-Via", hop.via);
    if (hop?.node !== undefined) response.setHeader("X-Node", hop.node);
    const timings = this.#hops.flatMap(({ service, via, node, took, waited }) => [
      ...(took === undefined ? [] : [metric(service, took, node)]),
      metric(via, waited),
    ]);
    response.setHeader("Server-Timing", [...timings, metric("gateway", performance.now() - this.#begun)].join(", "));
  }
}

const metric = (name: string, duration: number, description?: string): string =>
  `${name};dur=${duration.toFixed(1)}${description === undefined ? "" : `;desc="${description.replace(/[^\w.:-]/g, "_")}"`}`;
