import type { Exchange } from "../../mixins/http-edge.ts";
import type { Span } from "../../node/tracing/span.ts";
import type { Tracer } from "../../node/tracing/tracer.ts";

/** A request and its answer, to the last byte; the first of its trace unless who asks brought one along. */
export function requestSpan(tracer: Tracer, exchange: Exchange): Span {
  const { request, response, requestId } = exchange;
  const { method = "" } = request;
  const attributes = { "http.request.method": method, "request.id": requestId };
  const span = tracer.begin({ name: method, kind: "server", attributes });
  response.once("close", () => {
    const { statusCode } = response;
    span.name = `${method} ${exchange.route}`;
    span.attributes["http.response.status_code"] = statusCode;
    if (statusCode >= 500) span.failure = `answered ${statusCode}`;
    span.end();
  });
  return span;
}
