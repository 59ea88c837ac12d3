import assert from "node:assert/strict";
import type { Reply } from "../../test/support/post.ts";

/** Where a browser finds the system. */
export interface Place {
  readonly page: string;
  readonly gateway: string;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Behind one proxy. */
export const behindProxy = (port: number): Place => ({
  page: `http://127.0.0.1:${port}`,
  gateway: `http://127.0.0.1:${port}/api`,
});

/** A client that is signed in, with the cookie that the page has; from then on it is the session that answers. */
export class Client {
  readonly place: Place;
  #cookie?: string;

  constructor(place: Place) {
    this.place = place;
  }

  async signIn(credentials: Credentials): Promise<void> {
    const { status, headers } = await this.post("/session", credentials);
    assert.equal(status, 202, "signing in");
    this.#cookie = headers.getSetCookie()[0]?.split(";")[0];
    assert.ok(this.#cookie?.startsWith("sixfold_session="), "the session's cookie");
  }

  post(path: string, body?: object, requestId?: string): Promise<Reply> {
    return this.#json(path, { method: "POST", body: JSON.stringify(body ?? {}) }, requestId);
  }

  get(path: string): Promise<Reply> {
    return this.#json(path, {});
  }

  delete(path: string): Promise<Reply> {
    return this.#json(path, { method: "DELETE" });
  }

  async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await fetch(this.place.gateway + path, { headers: this.#headers(), signal });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
    assert.ok(response.body);
    return response.body;
  }

  async #json(path: string, init: RequestInit, requestId?: string): Promise<Reply> {
    const response = await fetch(this.place.gateway + path, {
      ...init,
      headers: { ...this.#headers(), ...(requestId === undefined ? {} : { "X-Request-Id": requestId }) },
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const body = text.startsWith("{") ? JSON.parse(text) : { error: true, message: text };
    return { status: response.status, headers: response.headers, body };
  }

  /** As the page's own scripts send them where it has one origin with the gateway. */
  #headers(): Record<string, string> {
    const cookie = this.#cookie === undefined ? {} : { Cookie: this.#cookie };
    return { "Content-Type": "application/json", Origin: new URL(this.place.gateway).origin, ...cookie };
  }
}
