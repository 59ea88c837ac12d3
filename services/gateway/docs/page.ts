import { existsSync } from "node:fs";
import type { Config } from "../../../config/load.ts";
import { gatewayPath } from "../../../config/neighbours.ts";
import { CodedError } from "../../../errors/index.ts";
import { pageHeaders } from "../../../mixins/http/page-headers.ts";
import { StaticFiles } from "../../../mixins/http/static-files.ts";
import type { Exchange, HttpEdge } from "../../../mixins/http-edge.ts";

/**
 * `GET /docs`, also beneath the gateway's path: the page that shows `/openapi.json`. It is the same for everybody; what it
 * shows may not be.
 */
export function docsPage(http: HttpEdge, config: Config): void {
  const { docsDir, environment } = config;
  // A gateway that was not given the page is a gateway all the same.
  const files = new StaticFiles(docsDir, environment !== "production" || !existsSync(docsDir));
  const send = async (exchange: Exchange, path: string) => {
    pageHeaders(exchange.response, { images: "data:" });
    const isFile = /^[\w./-]+$/.test(path) && !path.includes("..");
    if (!isFile || !(await files.send(exchange, path))) {
      throw new CodedError("NOT_FOUND", `there is nothing at ${exchange.url.pathname}`);
    }
  };
  for (const path of new Set(["", gatewayPath(config)])) {
    http.route(`GET ${path}/docs`, (exchange) => send(exchange, "/index.html"));
    http.route(`GET ${path}/docs/assets/:file`, (exchange) => send(exchange, `/assets/${exchange.params.file}`));
  }
}
