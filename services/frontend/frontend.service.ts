import { Service as MoleculerService } from "moleculer";
import { Service } from "moleculer-decorators";
import sirv from "sirv";
import { CodedError } from "../../errors/index.ts";
import { httpMixin, type WithHttp } from "../../mixins/http.mixin.ts";
import { type Exchange, sendJson } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { securityHeaders } from "./headers.ts";

/** Serves the pages of public/, and where they find the gateway. */
@Service({ name: "frontend", mixins: [httpMixin("frontendPort")] })
export default class FrontendService extends MoleculerService implements WithHttp {
  declare http: WithHttp["http"];

  created(): void {
    const { config } = nodeOf(this.broker);
    const files = sirv(config.publicDir, {
      etag: true,
      gzip: true,
      brotli: true,
      dev: config.environment !== "production",
    });

    this.http.route("GET /config.json", ({ response }) => {
      response.setHeader("Cache-Control", "no-store");
      sendJson(response, 200, { gatewayUrl: config.gatewayUrl });
    });
    this.http.otherwise(({ request, response, url }: Exchange) => {
      securityHeaders(response, config.gatewayUrl);
      return new Promise((resolve, reject) => {
        response.once("close", resolve);
        files(request, response, () => reject(new CodedError("NOT_FOUND", `there is nothing at ${url.pathname}`)));
      });
    });
  }
}
