import { createHistogram } from "node:perf_hooks";
import { CodedError, toCodedError } from "../errors/index.ts";
import type { Bytes } from "../node/socket-bytes.ts";
import type { Answer, Counters } from "./client.ts";
import { notAnObject } from "./request-body.ts";

/** Calls of one client that wait for their answers; the next is refused. */
export const MAX_IN_FLIGHT = 10_000;
/** Bytes of the requests of one client that wait for their answers; the next is refused. */
export const MAX_CALL_BYTES = 64 << 20;
/** How long a node may take to take a connection, ms; then another is asked. */
export const CONNECT_TIMEOUT = 2_000;
/** What took longer counts as so long, µs. */
const LONGEST = 600_000_000;

/** What remains until then, whole ms and at least one. @param until `performance.now()` */
export const msUntil = (until: number): number => Math.max(1, Math.ceil(until - performance.now()));

/** Says how large a call's request is. @throws CodedError OVERLOADED */
export type Hold = (bytes: number) => void;

export const overloaded = (): CodedError => new CodedError("OVERLOADED", "too many calls wait for their answers");

/** The calls of one client, whatever its protocol: bounded, counted and timed. */
export class Calls implements Counters {
  calls = 0;
  errors = 0;
  failures = 0;
  inFlight = 0;
  readonly latency = createHistogram({ lowest: 1, highest: LONGEST, figures: 3 });
  readonly #bytes: Bytes;
  #held = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get sent(): number {
    return this.#bytes.sent;
  }

  get received(): number {
    return this.#bytes.received;
  }

  /** @throws CodedError OVERLOADED, MALFORMED_BODY when the parameters are no object, and what the call throws */
  async run(call: (hold: Hold) => Promise<Answer>, params: object = {}): Promise<Answer> {
    const begun = performance.now();
    let size = 0;
    // Asked of a second node it is the same request.
    const hold = (bytes: number) => {
      this.#held += bytes - size;
      size = bytes;
      if (this.#held > MAX_CALL_BYTES) throw overloaded();
    };
    this.calls++;
    this.inFlight++;
    try {
      if (this.inFlight > MAX_IN_FLIGHT) throw overloaded();
      if (typeof params !== "object" || params === null || Array.isArray(params)) throw notAnObject();
      return await call(hold);
    } catch (error) {
      this.errors++;
      if (toCodedError(error).code >= 500) this.failures++;
      throw error;
    } finally {
      this.inFlight--;
      this.#held -= size;
      const took = Math.round((performance.now() - begun) * 1_000);
      this.latency.record(Math.min(Math.max(took, 1), LONGEST));
    }
  }
}
