import type { ActionSchema, Service } from "moleculer";
import { ConfigError } from "../../config/load.ts";
import { defineMixin } from "../../mixins/define.ts";
import { refuseForeignNames, refusePages } from "../../mixins/http/refuse-pages.ts";
import { unlessAnswered } from "../../mixins/http/unless-answered.ts";
import type { WithHttp } from "../../mixins/http.mixin.ts";
import { type Exchange, type Handler, sendText } from "../../mixins/http-edge.ts";
import { nodeOf } from "../../node/node-context.ts";
import { answerSize } from "../answer-size.ts";
import { fillIn } from "../message-template.ts";
import { fromQuery, fromText } from "./address.ts";
import { readJsonObject } from "./body.ts";
import { timeoutOf } from "./deadline.ts";
import { success } from "./envelope.ts";
import { describe, openApi } from "./openapi.ts";
import { mistakesIn, type Route, routesOf } from "./route.ts";

/**
 * Serves over REST the actions that say so (`expose: { rest: ... }`). Calls them inside the node, not through the mesh,
 * so the port works while the transporter is away. Needs `httpMixin`.
 */
export const restServer = defineMixin<WithHttp>({
  created() {
    const served = servedBy(this);
    for (const one of served) this.http.route(`${one.route.method} ${one.route.path}`, serve(this, one));
    this.http.route("GET /openapi.json", serveDocument(this));
  },
});

interface Served {
  /** The action's. */
  readonly name: string;
  readonly route: Route;
  readonly says: string;
}

/** @throws ConfigError with each mistake in an exposure, and each route that two actions want */
function servedBy({ name: service, schema: { actions = {} } }: Service): Served[] {
  const mistakes: string[] = [];
  const owners = new Map<string, string>();
  const served = Object.entries(actions).flatMap(([name, given]) => {
    const action = (typeof given === "object" ? given : {}) as ActionSchema;
    const rest = action.expose?.rest;
    if (rest === undefined) return [];
    const operation = `${service}.${name}`;
    mistakes.push(...mistakesIn(operation, action));
    return routesOf(rest, action.params).map((route) => {
      const shape = `${route.method} ${route.path.replace(/:\w+/g, ":")}`;
      const owner = owners.get(shape);
      if (owner !== undefined) {
        mistakes.push(`${operation}: expose.rest: ${route.method} ${route.path} is ${owner}'s already`);
      }
      owners.set(shape, operation);
      return { name, route, says: rest.says };
    });
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return served;
}

function serve(service: Service, { name, route, says }: Served): Handler {
  const { config } = nodeOf(service.broker);
  const { bodyLimit, requestTimeout } = config;
  return async (exchange) => {
    const { request, response, requestId } = exchange;
    if (route.method === "GET") refuseForeignNames(request, config);
    else refusePages(request);
    const params = await paramsIn(exchange, route, bodyLimit);
    const gone = unlessAnswered(response);
    const begun = performance.now();
    const timeout = timeoutOf(request, requestTimeout);
    const given = { requestID: requestId, signal: gone.signal, timeout };
    const data: unknown = await service.actions[name]?.(params, given).catch((error: unknown) => {
      gone.abort(error); // What still works on it after the time-out stops.
      throw error;
    });
    response.setHeader("Server-Timing", `${service.name};dur=${(performance.now() - begun).toFixed(1)}`);
    const answer = JSON.stringify(success(fillIn(says, params), data));
    sendText(response, route.status, "application/json", answer, answerSize(answer));
  };
}

function serveDocument({ name: service, schema: { actions = {} } }: Service): Handler {
  const described = Object.entries(actions).flatMap(([name, action]) =>
    typeof action === "object" ? describe(`${service}.${name}`, action as ActionSchema) : [],
  );
  const text = JSON.stringify(openApi(service, described));
  return ({ response }) => sendText(response, 200, "application/json", text);
}

/** What the path says goes before what the body says. */
async function paramsIn(
  exchange: Exchange,
  { inPath, inQuery, inBody }: Route,
  bodyLimit: number,
): Promise<Record<string, unknown>> {
  const given =
    inBody === undefined
      ? fromQuery(inQuery, exchange.url.searchParams)
      : await readJsonObject(exchange.request, bodyLimit);
  for (const [name, rule] of inPath) given[name] = fromText(rule, exchange.params[name] ?? "");
  return given;
}
