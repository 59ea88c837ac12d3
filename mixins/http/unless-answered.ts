import type { ServerResponse } from "node:http";
import { CodedError } from "../../errors/index.ts";

/** Aborts when the client leaves before it has its answer; not after it, as that would cost every request an error. */
export function unlessAnswered(response: ServerResponse): AbortController {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new CodedError("CANCELLED", "the caller is gone"));
  });
  return gone;
}
