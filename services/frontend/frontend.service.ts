import { Service as MoleculerService } from "moleculer";
import { Service } from "moleculer-decorators";
import sirv from "sirv";
import { CodedError } from "../../errors/index.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { type Exchange, sendJson } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { acceptedEncodings, cacheControl } from "./caching.ts";
import { securityHeaders } from "./headers.ts";
import { notFoundPage } from "./not-found.ts";
import { pageConfig } from "./page-config.ts";

type Files = ReturnType<typeof sirv>;

/** Serves the built page, tells it where the gateway is, and does nothing else. */
@Service({ name: "frontend", mixins: [httpMixin("frontendPort")] })
export default class FrontendService extends MoleculerService implements WithHttp {
  declare http: WithHttp["http"];
  declare files: Files;

  created(): void {
    const { config, traffic } = nodeOf(this.broker);
    const dev = config.environment !== "production"; // Looks at the disk each time: the page may be built anew.
    this.files = sirv(config.publicDir, { etag: true, gzip: true, brotli: true, dev });
    this.http.onAnswered(({ duration }) => traffic.record(duration));
    this.http.route("GET /config.json", ({ request, response }) => {
      const found = pageConfig(config, request.headers.host);
      securityHeaders(response, found.gatewayUrl);
      response.setHeader("Cache-Control", "no-store");
      sendJson(response, 200, found);
    });
    this.http.otherwise((exchange) => this.serveFile(exchange));
  }

  async serveFile({ request, response, url }: Exchange): Promise<void> {
    const { config } = nodeOf(this.broker);
    securityHeaders(response, pageConfig(config, request.headers.host).gatewayUrl);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      throw new CodedError("METHOD_NOT_ALLOWED", "pages answer GET, HEAD");
    }
    response.setHeader("Cache-Control", cacheControl(url.pathname));
    response.setHeader("Vary", "Accept-Encoding");
    request.headers["accept-encoding"] = acceptedEncodings(request.headers["accept-encoding"]);
    delete request.headers.range; // Small files, served whole.
    if (await this.sent({ request, response })) return;
    response.setHeader("Cache-Control", "no-cache");
    if (!notFoundPage(request, response)) throw new CodedError("NOT_FOUND", `there is nothing at ${url.pathname}`);
  }

  /** @returns false when there is no such file */
  sent({ request, response }: Pick<Exchange, "request" | "response">): Promise<boolean> {
    return new Promise((resolve) => {
      response.once("close", () => resolve(true));
      this.files(request, response, () => resolve(false));
    });
  }
}
