import { CodedError, toCodedError } from "../../errors/index.ts";
import { discardRest } from "../../mixins/http/discard.ts";
import { refusePages } from "../../mixins/http/refuse-pages.ts";
import { type Handler, sendText } from "../../mixins/http-edge.ts";
import { CancellableCalls } from "../cancellable.ts";
import { readText } from "../rest/body.ts";
import type { Responder } from "./responder.ts";

/** `POST /rpc`: 200 with the answer, also when it is an error; 204 when there is none, as for notifications. */
export const httpRoute =
  (responder: Responder, limit: number): Handler =>
  async ({ request, response, requestId }) => {
    refusePages(request);
    const at = performance.now();
    let message: unknown;
    try {
      message = parse(await readText(request, limit));
    } catch (error) {
      if (!(await discardRest(request))) response.setHeader("Connection", "close");
      return sendText(response, 200, "application/json", responder.refuse(toCodedError(error)));
    }
    const calls = new CancellableCalls();
    response.once("close", () => calls.cancelAll());
    const answer = await responder.answer(message, { at, requestId, calls, deep: true });
    if (answer === undefined) response.writeHead(204).end();
    else sendText(response, 200, "application/json", answer);
  };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError("MALFORMED_BODY", "the body is not valid JSON");
  }
}
