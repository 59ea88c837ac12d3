import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { eventually } from "./eventually.ts";

export interface RpcAnswer {
  readonly jsonrpc?: string;
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { code: number; message: string; data: { code: string; node: string; data?: unknown } };
  readonly meta?: { node: string; requestId: string; took: number };
}

/** A bare connection to a JSON-RPC port: what is written, and the lines that come. */
export class RawJsonRpc {
  readonly socket: Socket;
  readonly lines: string[] = [];
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;

  static async open(port: number): Promise<RawJsonRpc> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new RawJsonRpc(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    let rest = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
    });
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  /** A value as JSON on a line of its own, text as it is. */
  write(message: unknown): void {
    this.socket.write(typeof message === "string" ? message : `${JSON.stringify(message)}\n`);
  }

  get answers(): (RpcAnswer | RpcAnswer[])[] {
    return this.lines.map((line) => JSON.parse(line) as RpcAnswer);
  }

  /** So many of the answers there are then. */
  async received(count: number): Promise<(RpcAnswer | RpcAnswer[])[]> {
    await eventually(() => this.lines.length >= count || undefined);
    return this.answers;
  }

  /** The answer to what is written now; nothing else may be under way. */
  async ask(message: unknown): Promise<RpcAnswer> {
    const before = this.lines.length;
    this.write(message);
    return (await this.received(before + 1))[before] as RpcAnswer;
  }

  close(): Promise<void> {
    this.socket.destroy();
    return this.closed;
  }
}
