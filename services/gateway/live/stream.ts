import type { ServerResponse } from "node:http";

/** What a client has not yet taken, bytes: who is behind by more is cut off, and resumes when it comes back. */
const MAX_BEHIND = 1 << 20;
/** Proxies and browsers give up on a silent connection, ms. */
const HEARTBEAT = 15_000;
/** How long a browser waits before it connects again, ms. */
const RETRY = 2_000;

export interface StreamOptions {
  /** ms; then the stream ends by itself */
  readonly lasts?: number;
  readonly why?: string;
}

/** One frame of server-sent events. */
export const frame = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events to one client. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #end?: NodeJS.Timeout;

  constructor(response: ServerResponse, { lasts, why = "the session ends" }: StreamOptions) {
    this.#response = response;
    response.writeHead(200, { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" });
    response.write(`retry: ${RETRY}\n\n`);
    this.#heartbeat = setInterval(() => this.write(": still here\n\n"), HEARTBEAT).unref();
    if (lasts !== undefined) this.#end = setTimeout(() => this.end(why), lasts).unref();
    response.once("close", () => {
      clearInterval(this.#heartbeat);
      clearTimeout(this.#end);
    });
  }

  write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (this.#response.writableLength > MAX_BEHIND) this.#response.destroy();
    else this.#response.write(text);
  }

  end(reason: string): void {
    this.write(frame("end", { reason }));
    this.#response.end();
  }
}
