import type { Middleware, Transporters } from "moleculer";
import { tooLarge } from "../rest/body.ts";

/** What Moleculer writes around the parameters, bytes. */
const ENVELOPE = 16_384;

type Send = (topic: string, data: Buffer, meta: { packet?: { type: string } }) => ReturnType<Transporters.Base["send"]>;

/** Refuses what no other protocol would take either. @param limit bytes of a request's parameters */
export const boundMiddleware = (limit: number): Middleware =>
  ({
    name: "Bound",
    transporterSend(next: Send) {
      return function bounded(this: unknown, topic, data, meta) {
        if (meta.packet?.type === "REQ" && data.length > limit + ENVELOPE) return Promise.reject(tooLarge(limit));
        return next.call(this, topic, data, meta);
      } satisfies Send;
    },
  }) as never;
