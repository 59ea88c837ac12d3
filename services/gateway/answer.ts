import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "../../mixins/http-edge.ts";
import { success } from "../../protocols/rest/envelope.ts";
import type GatewayService from "./gateway.service.ts";
import type { Handled } from "./handle.ts";

/** What moleculer-web hands to a function alias: Node's request with the merged parameters. */
export type WebRequest = IncomingMessage & { $params: Record<string, unknown> };

type Work = (request: WebRequest, requestId: string) => Promise<Partial<Handled> & { message: string }>;

/** Makes a route of a piece of work: 202 and the envelope, or the error's own status and envelope. */
export const answer =
  (gateway: GatewayService, work: Work) =>
  async (request: WebRequest, response: ServerResponse): Promise<void> => {
    const begun = performance.now();
    try {
      const { message, value, via, node } = await work(request, String(request.headers["x-request-id"]));
      if (via !== undefined) response.setHeader("X-Via", via);
      if (node !== undefined) response.setHeader("X-Node", node);
      response.setHeader("Server-Timing", `${via ?? "gateway"};dur=${(performance.now() - begun).toFixed(1)}`);
      sendJson(response, 202, success(message, value));
    } catch (error) {
      gateway.refuse(request, response, error);
    }
  };
