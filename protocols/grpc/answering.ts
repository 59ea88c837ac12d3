import type { ClientUnaryCall, Metadata, ServiceError } from "@grpc/grpc-js";
import type { Answer } from "../client.ts";
import type { Message } from "./definitions.ts";
import { type Mapping, valueIn } from "./mapping.ts";
import { key, text } from "./metadata.ts";

interface Answering {
  /** The library's callback. */
  end(error: ServiceError | null, response?: Message): void;
  /**
   * @param release called when the call has ended
   * @param signal cancels the call
   */
  of(call: Pick<ClientUnaryCall, "cancel" | "on">, release: () => void, signal?: AbortSignal): void;
}

/** Puts together what comes in parts: the head, then the message or the error. */
export function answering(
  node: string,
  mapping: Mapping,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): Answering {
  let head: Metadata | undefined;
  let unwatch: (() => void) | undefined;
  let release = () => {};
  return {
    end(error, response) {
      release();
      unwatch?.();
      if (error !== null) return reject(error);
      const took = text(head, key.took);
      resolve({
        value: valueIn(mapping, response ?? {}),
        node: text(head, key.node) ?? node,
        took: took === undefined ? undefined : Number(took),
      });
    },
    of(call, released, signal) {
      release = released;
      call.on("metadata", (metadata: Metadata) => {
        head = metadata;
      });
      if (signal === undefined) return;
      const cancel = () => call.cancel();
      if (signal.aborted) cancel();
      signal.addEventListener("abort", cancel, { once: true });
      unwatch = () => signal.removeEventListener("abort", cancel);
    },
  };
}
