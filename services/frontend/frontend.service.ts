import { Service as MoleculerService } from "moleculer";
import { Service } from "moleculer-decorators";
import { CodedError } from "../../errors/index.ts";
import { pageHeaders } from "../../mixins/http/page-headers.ts";
import { StaticFiles } from "../../mixins/http/static-files.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { type Exchange, sendJson } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { notFoundPage } from "./not-found.ts";
import { pageConfig } from "./page-config.ts";

/** Serves the built page, tells it where the gateway is, and does nothing else. */
@Service({ name: "frontend", mixins: [httpMixin("frontendPort")] })
export default class FrontendService extends MoleculerService implements WithHttp {
  declare http: WithHttp["http"];
  declare files: StaticFiles;

  created(): void {
    const { config, traffic } = nodeOf(this.broker);
    this.files = new StaticFiles(config.publicDir, config.environment !== "production");
    this.http.onAnswered(({ duration }) => traffic.record(duration));
    this.http.route("GET /config.json", ({ request, response }) => {
      const found = pageConfig(config, request.headers.host);
      pageHeaders(response, { connect: found.gatewayUrl });
      response.setHeader("Cache-Control", "no-store");
      sendJson(response, 200, found);
    });
    this.http.otherwise((exchange) => this.serveFile(exchange));
  }

  async serveFile(exchange: Exchange): Promise<void> {
    const { request, response, url } = exchange;
    const { config } = nodeOf(this.broker);
    pageHeaders(response, { connect: pageConfig(config, request.headers.host).gatewayUrl });
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      throw new CodedError("METHOD_NOT_ALLOWED", "pages answer GET, HEAD");
    }
    if (await this.files.send(exchange, url.pathname)) return;
    if (!notFoundPage(request, response)) throw new CodedError("NOT_FOUND", `there is nothing at ${url.pathname}`);
  }
}
