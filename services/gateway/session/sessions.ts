import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CodedError, toCodedError } from "../../../errors/index.ts";
import type { Client } from "../front/client.ts";
import type { Cors } from "../front/cors.ts";
import { cookie, tokenInCookie, tokenInHeader } from "./cookie.ts";
import { EndedSessions } from "./ended.ts";
import type { Session, Tokens, User } from "./tokens.ts";

/** However often it is renewed, the password is wanted again after so long, s. */
const LONGEST = 12 * 3_600;

interface SessionsOptions {
  readonly tokens: Tokens;
  readonly cors: Cors;
  /** s without a request */
  readonly lifetime: number;
  readonly alwaysSecure: boolean;
  /** @throws CodedError NOT_FOUND, or that auth cannot be asked */
  readonly findUser: (id: number, request: IncomingMessage) => Promise<User | null>;
}

/** Who is signed in: a short-lived signed token, in a cookie or as a bearer, renewed while it is used. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly ended = new EndedSessions();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async begin(user: User, client: Client, response: ServerResponse): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    await this.#give({ id: randomUUID(), user, since: now, issued: now, expires: 0 }, client, response);
  }

  forget(client: Client, response: ServerResponse): void {
    response.setHeader("Set-Cookie", cookie("", { maxAge: 0, secure: this.#isSecure(client) }));
  }

  async of(request: IncomingMessage): Promise<Session | undefined> {
    const token = tokenInHeader(request) ?? (this.#cookieCounts(request) ? tokenInCookie(request) : undefined);
    const session = token === undefined ? undefined : await this.#options.tokens.read(token);
    return session !== undefined && this.ended.has(session.id) ? undefined : session;
  }

  /** @throws CodedError UNAUTHENTICATED */
  async require(request: IncomingMessage): Promise<Session> {
    const session = await this.of(request);
    if (session === undefined) throw new CodedError("UNAUTHENTICATED", "sign in first: POST /session");
    return session;
  }

  /**
   * The user as auth knows it now; as the token has it while auth cannot be asked.
   * @throws CodedError UNAUTHENTICATED when there is no such user any more, or an inactive one
   */
  async user({ user }: Session, request: IncomingMessage): Promise<User> {
    try {
      const found = await this.#options.findUser(user.id, request);
      if (found !== null && found.active !== 0) return found;
    } catch (error) {
      const { type, retryable } = toCodedError(error);
      if (retryable) return user;
      if (type !== "NOT_FOUND") throw error;
    }
    throw new CodedError("UNAUTHENTICATED", "this user is no longer active");
  }

  /**
   * A cookie past the half of its life is replaced, if the user is still one.
   * @returns the session that is now in force @throws CodedError UNAUTHENTICATED
   */
  async renew(session: Session, request: IncomingMessage, client: Client, response: ServerResponse): Promise<Session> {
    const now = Date.now() / 1000;
    const isDue = now > (session.issued + session.expires) / 2 && now < session.since + LONGEST;
    if (!isDue || tokenInHeader(request) !== undefined) return session;
    const user = await this.user(session, request);
    return this.#give({ ...session, user, issued: Math.floor(now) }, client, response);
  }

  async #give(session: Session, client: Client, response: ServerResponse): Promise<Session> {
    const { lifetime, tokens } = this.#options;
    const given = { ...session, expires: Math.min(session.issued + lifetime, session.since + LONGEST) };
    const token = await tokens.issue(given);
    const maxAge = given.expires - given.issued;
    response.setHeader("Set-Cookie", cookie(token, { maxAge, secure: this.#isSecure(client) }));
    return given;
  }

  #isSecure(client: Client): boolean {
    return this.#options.alwaysSecure || client.secure;
  }

  /**
   * SameSite keeps cookies from other sites' requests, but not from another port of the same host, and old browsers do not
   * know it: so a cookie counts only without a page behind the request, or from a front end that is named.
   */
  #cookieCounts({ headers }: IncomingMessage): boolean {
    if (headers.origin !== undefined) return this.#options.cors.knows(headers);
    return headers["sec-fetch-site"] !== "cross-site";
  }
}
