import type { ActionSchema } from "moleculer";
import { defineMixin } from "../../mixins/define.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { sendJson } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { readJsonObject } from "./body.ts";
import { fillIn, success } from "./envelope.ts";

/**
 * Serves over REST the actions that say so (`expose: { rest: ... }`). Calls them inside the node, not through the mesh,
 * so the port works while the transporter is away. Needs `httpMixin`.
 */
export const restServer = defineMixin<WithHttp>({
  created() {
    const { bodyLimit } = nodeOf(this.broker).config;
    for (const [name, action] of Object.entries(this.schema.actions ?? {})) {
      const rest = typeof action === "object" ? (action as ActionSchema).expose?.rest : undefined;
      if (rest === undefined) continue;
      for (const route of [rest.route].flat()) {
        this.http.route(route, async ({ request, response, requestId }) => {
          const params = await readJsonObject(request, bodyLimit);
          const begun = performance.now();
          const data: unknown = await this.actions[name]?.(params, { requestID: requestId });
          response.setHeader("Server-Timing", `${this.name};dur=${(performance.now() - begun).toFixed(1)}`);
          sendJson(response, 202, success(fillIn(rest.says, params), data));
        });
      }
    }
  },
});
