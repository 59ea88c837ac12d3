import { connect } from "node:net";
import type { Reply } from "./post.ts";

interface Options {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** An object goes as JSON, a string or bytes as they are. */
  readonly body?: unknown;
}

/** An HTTP exchange whose answer is in the envelope. */
export async function send(url: string, { method = "GET", headers = {}, body }: Options = {}): Promise<Reply> {
  const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(raw ? {} : { "Content-Type": "application/json" }), ...headers },
    body: raw ? (body as RequestInit["body"]) : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** What is sent over a bare connection, and all that comes back until it is closed. */
export function rawHttp(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end of the answer: ${answer}`)));
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.once("error", reject).once("close", () => resolve(answer));
  });
}

export interface Received {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** A stream of server-sent events, collected. */
export class EventReader {
  readonly response: Response;
  readonly received: Received[] = [];
  /** Resolves when the stream is over. */
  readonly ended: Promise<void>;
  readonly #abort: AbortController;

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const abort = new AbortController();
    return new EventReader(await fetch(url, { headers, signal: abort.signal }), abort);
  }

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.ended = this.#read().catch(() => undefined);
  }

  of(event: string): Received[] {
    return this.received.filter((received) => received.event === event);
  }

  close(): Promise<void> {
    this.#abort.abort();
    return this.ended;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const frames = (rest + text).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) this.#take(frame);
    }
  }

  #take(frame: string): void {
    const fields = new Map(frame.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
    const event = fields.get("event");
    if (event === undefined) return;
    this.received.push({ event, id: fields.get("id"), data: JSON.parse(fields.get("data") ?? "null") });
  }
}
