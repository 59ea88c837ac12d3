import type { ServerResponse } from "node:http";
import { sendJson } from "../../mixins/http-edge.ts";
import { success } from "../../protocols/rest/envelope.ts";
import type { WebRequest } from "./web-request.ts";

export interface Reply {
  readonly message: string;
  readonly value?: unknown;
  /** 202 when absent. */
  readonly status?: number;
}

/** A function as moleculer-web takes it for a route. */
export type Route = (request: WebRequest, response: ServerResponse, next: (error: unknown) => void) => void;
export type Work = (request: WebRequest, response: ServerResponse) => Promise<Reply>;

/** Makes a route of a piece of work: its status and the envelope; what it throws goes the way of all errors. */
export const answer =
  (work: Work): Route =>
  (request, response, next) => {
    work(request, response)
      .then(({ status = 202, message, value }) => {
        request.trace.tell(response);
        sendJson(response, status, success(message, value));
      })
      .catch(next);
  };

/** A route that answers by itself; what it throws goes the way of all errors. */
export const itself =
  (work: (request: WebRequest, response: ServerResponse) => void | Promise<void>): Route =>
  (request, response, next) => {
    (async () => work(request, response))().catch(next);
  };
