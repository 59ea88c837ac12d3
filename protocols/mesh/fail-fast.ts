import type { Middleware } from "moleculer";
import { CodedError } from "../../errors/index.ts";
import { isConnected } from "./connected.ts";

/** While the transporter is away a remote call would wait for its whole time-out; it gets its 503 at once instead. */
export const failFastMiddleware: Middleware = {
  name: "FailFast",
  remoteAction(next) {
    const broker = this;
    return async function whenConnected(ctx) {
      if (!isConnected(broker)) throw new CodedError("SERVICE_UNAVAILABLE", "the mesh is disconnected");
      return next.call(this, ctx);
    };
  },
};
