import type { Logger, Middleware, Transporters } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { answerTooLarge, MAX_ANSWER } from "../answer-size.ts";
import { bodyTooLarge } from "../request-body.ts";

/** What Moleculer writes around the parameters, or the answer, bytes. */
const ENVELOPE = 16_384;

interface Packet {
  readonly type: string;
  readonly target: string;
  readonly payload: { readonly id: string; readonly meta: object };
}
interface Transit {
  readonly logger: Logger;
  sendResponse(...answer: [node: string, id: string, meta: object, headers: null, data: null, error: Error]): unknown;
}
type Publish = (packet: Packet) => Promise<unknown>;
type Send = (topic: string, data: Buffer, meta: { packet?: Packet }) => ReturnType<Transporters.Base["send"]>;

/** Refuses what no other protocol would take or answer either. @param limit bytes of a request's parameters */
export const boundMiddleware = (limit: number): Middleware =>
  ({
    name: "Bound",
    transporterSend(next: Send) {
      return function bounded(this: unknown, topic, data, meta) {
        const type = meta.packet?.type;
        if (type === "REQ" && data.length > limit + ENVELOPE) return Promise.reject(bodyTooLarge(limit));
        if (type === "RES" && data.length > MAX_ANSWER + ENVELOPE) return Promise.reject(answerTooLarge());
        return next.call(this, topic, data, meta);
      } satisfies Send;
    },
    transitPublish(this: Transit, next: Publish) {
      return async (packet: Packet) => {
        try {
          return await next(packet);
        } catch (error) {
          if (packet.type !== "RES" || !(error instanceof CodedError)) throw error;
          // Who waits for the answer would else wait until it is late.
          const { id, meta } = packet.payload;
          this.logger.error(`Answer to ${packet.target}: ${error.type}: ${error.message}`);
          return this.sendResponse(packet.target, id, meta, null, null, error);
        }
      };
    },
  }) as never;
