import { toCodedError } from "../../../errors/index.ts";
import { readJsonObject } from "../../../protocols/rest/body.ts";
import type { Work } from "../answer.ts";
import type GatewayService from "../gateway.service.ts";
import type { User } from "./tokens.ts";

interface SessionRoutes {
  readonly signIn: Work;
  readonly who: Work;
  readonly signOut: Work;
}

/** `POST`, `GET` and `DELETE /session`. */
export const sessionRoutes = (gateway: GatewayService, bodyLimit: number): SessionRoutes => ({
  signIn: async (request, response) => {
    const { email, password } = await readJsonObject(request, bodyLimit);
    const { client } = request;
    const user = await gateway.tellingOfLogin(email, () =>
      request.ask("auth.authenticate", { email, password, client: client.address }),
    );
    await gateway.sessions.begin(user as User, client, response);
    return { message: "Signed in", value: user };
  },

  who: async (request, response) => {
    const session = await gateway.sessions.require(request);
    try {
      const user = await gateway.sessions.user(session, request);
      await gateway.sessions.renew(session, request, request.client, response);
      return { status: 200, message: "Signed in", value: user };
    } catch (error) {
      if (toCodedError(error).type === "UNAUTHENTICATED") gateway.sessions.forget(request.client, response);
      throw error;
    }
  },

  signOut: async (request, response) => {
    const session = await gateway.sessions.of(request);
    if (session !== undefined) gateway.endSession(session.id);
    gateway.sessions.forget(request.client, response);
    return { message: "Signed out" };
  },
});
