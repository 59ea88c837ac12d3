import type { Exchange } from "../../../mixins/http-edge.ts";

/**
 * Behind a proxy that serves the page on / and hands on /api as it is, every request has that path before its own: what is
 * asked for beneath it is asked for without. The node's own routes (/metrics, /readyz) are not beneath it, so that such a
 * proxy does not make them public.
 */
export function leaveOutPath(exchange: Exchange, path: string): void {
  if (path === "") return;
  const { url } = exchange;
  if (!`${url.pathname}/`.startsWith(`${path}/`)) return;
  url.pathname = url.pathname.slice(path.length);
  exchange.request.url = url.pathname + url.search;
}
