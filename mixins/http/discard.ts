import type { IncomingMessage } from "node:http";

/** What is read of a refused request, so that its sender gets to read the answer: bytes and ms. */
const MOST = 16 << 20;
const LONGEST = 2_000;

/**
 * Reads and forgets the rest of a body. A connection closed with unread bytes is reset, and the answer may be lost with it.
 * @returns whether the body came to its end; if not the connection is not fit for another request
 */
export function discardRest(request: IncomingMessage): Promise<boolean> {
  if (request.complete || request.destroyed) return Promise.resolve(request.complete);
  return new Promise((resolve) => {
    let size = 0;
    const done = () => {
      clearTimeout(timer);
      request.off("data", count).off("end", done).off("close", done);
      resolve(request.complete);
    };
    const count = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST) done();
    };
    const timer = setTimeout(done, LONGEST);
    request.on("data", count).once("end", done).once("close", done);
    request.resume();
  });
}
