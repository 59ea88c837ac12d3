import type { ServerResponse } from "node:http";
import { answer, itself, type Route } from "../answer.ts";
import type GatewayService from "../gateway.service.ts";
import type { Session } from "../session/tokens.ts";
import type { WebRequest } from "../web-request.ts";
import { frame } from "./stream.ts";

export const LOG = "log";
export const MESH = "mesh";
export const LAB = "lab";

/** ms between two pictures of the mesh */
const MESH_EVERY = 2_000;
/** The longest id that is looked for. */
const MAX_ID = 128;

interface LiveRoutes {
  readonly logStream: Route;
  readonly mesh: Route;
  readonly meshStream: Route;
  readonly labStream: Route;
}

/**
 * What is pushed to the page: `GET /logs/stream` (entries, reset, end), `GET /mesh/stream` (mesh, end) and
 * `GET /lab/stream` (status, which is null before the first run, then progress, end).
 */
export function liveRoutes(gateway: GatewayService): LiveRoutes {
  const { mesh, streams, tail } = gateway;
  let ticking: NodeJS.Timeout | undefined;
  const tick = () => {
    if (streams.listeners(MESH) > 0) return streams.publish(MESH, frame("mesh", mesh.now()));
    clearInterval(ticking);
    ticking = undefined;
  };
  const open = (request: WebRequest, response: ServerResponse, channel: string) => {
    const { session, client } = request;
    return streams.open(response, { channel, client: client.address, session: session?.id, ...lasts(session) });
  };

  return {
    logStream: itself((request, response) => {
      const stream = open(request, response, LOG);
      const lastId = request.headers["last-event-id"];
      if (typeof lastId === "string" && lastId !== "") stream.write(tail.since(lastId.slice(0, MAX_ID)));
    }),
    mesh: answer(async () => ({ status: 200, message: "mesh", value: mesh.now() })),
    meshStream: itself((request, response) => {
      open(request, response, MESH).write(frame("mesh", mesh.now()));
      ticking ??= setInterval(tick, MESH_EVERY).unref();
    }),
    labStream: itself(async (request, response) => {
      const status = await request.ask("lab.status", {});
      open(request, response, LAB).write(frame("status", status));
    }),
  };
}

/**
 * A stream ends when four fifths of its session are over: the browser then connects anew, with a cookie that is still good
 * and is renewed by that.
 */
function lasts(session: Session | undefined): { lasts?: number } {
  if (session === undefined) return {};
  const { issued, expires } = session;
  const end = issued + (expires - issued) * 0.8;
  const now = Date.now() / 1000;
  return { lasts: Math.max(0, (end > now ? end : expires) - now) * 1000 };
}
