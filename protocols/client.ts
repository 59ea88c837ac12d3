import type { Histogram } from "node:perf_hooks";
import type { Protocol } from "./protocol.ts";

/** How the gateway and the lab call an operation; one implementation a protocol, beside its server. */
export interface ProtocolClient {
  readonly protocol: Protocol;
  /**
   * @param operation the action's full name, such as `logger.write`
   * @throws CodedError, whatever the protocol; its `nodeID` is the node that threw it, where the protocol tells
   */
  call(operation: string, params: object, options: CallOptions): Promise<Answer>;
  close(): Promise<void>;
  readonly counters: Counters;
}

/** Of one client, since it was made. */
export interface Counters {
  readonly calls: number;
  /** Calls that failed, whatever with. */
  readonly errors: number;
  /** Those of them that are not their caller's fault. */
  readonly failures: number;
  /** Calls that wait for their answers now. */
  readonly inFlight: number;
  /** Bytes at the client's sockets. The mesh's are its transporter's, which carries more than calls; see `MeshBytes`. */
  readonly sent: number;
  readonly received: number;
  /** Of all calls, also those that failed, µs. */
  readonly latency: Histogram;
}

export interface CallOptions {
  /** ms; then TIMEOUT. */
  readonly deadline: number;
  readonly requestId: string;
  /** W3C's, of the trace that the call is a part of. */
  readonly traceparent?: string;
  /** Aborted when the answer is not wanted any more; then CANCELLED, where the protocol can cancel. */
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly value: unknown;
  /** The id of the node that served, where the protocol tells. */
  readonly node?: string;
  /** ms that the node itself worked on it, where the protocol tells. */
  readonly took?: number;
}
