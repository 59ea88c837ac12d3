import { connect, type Socket } from "node:net";
import { decodeHeader, decodeMethod } from "./raw-decode.ts";
import { encodeBody, encodeHeader, encodeMethod, encodeTable } from "./raw-encode.ts";
import type { Fields } from "./raw-methods.ts";

/** One thing the server said: a frame taken apart, bytes that are no frame, or how the stream ended. */
export type Heard = { type: string; channel?: number } & Fields;

const PATIENCE_MS = 5_000;
export const PROTOCOL_HEADER = Buffer.from("AMQP\0\0\x09\x01", "latin1");

export interface Hello {
  user?: string;
  password?: string;
  mechanism?: string;
  response?: string | Buffer;
  clientProperties?: Fields;
  virtualHost?: string;
  channelMax?: number;
  frameMax?: number;
  heartbeat?: number;
}

export const CAPABILITIES: Fields = {
  publisher_confirms: true,
  "basic.nack": true,
  consumer_cancel_notify: true,
  "connection.blocked": true,
  authentication_failure_close: true,
};

export function amqplainResponse(user: string, password: string): Buffer {
  // AMQPLAIN's answer is a table without the table's own length.
  return encodeTable({ LOGIN: user, PASSWORD: password }).subarray(4);
}

/** A client that says exactly what it is told, in or out of order, and reports every frame that comes back. */
export class RawClient {
  private readonly socket: Socket;
  private readonly hello: Hello;
  private readonly heard: Heard[] = [];
  private waiter: (() => void) | undefined;
  private pending = Buffer.alloc(0);
  private closed = false;
  /** How many heartbeat frames came. */
  heartbeats = 0;

  private constructor(socket: Socket, hello: Hello) {
    this.socket = socket;
    this.hello = hello;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.take(bytes));
    // A reset is one of the ways a server hangs up; "close" follows it and is what gets reported.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.waiter?.();
    });
  }

  /** A TCP connection on which nothing has been said yet. */
  static async dial(url: string, hello: Hello = {}): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port || 5672) });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new RawClient(socket, hello);
  }

  /** A connection through the whole handshake. */
  static async open(url: string, hello: Hello = {}): Promise<RawClient> {
    const client = await RawClient.dial(url, hello);
    await client.start();
    await client.login();
    await client.tuneAndOpen();
    return client;
  }

  async start(): Promise<Heard> {
    this.write(PROTOCOL_HEADER);
    return await this.next();
  }

  async login(): Promise<Heard> {
    const { user = "guest", password = "guest", mechanism = "PLAIN" } = this.hello;
    const response =
      this.hello.response ?? (mechanism === "AMQPLAIN" ? amqplainResponse(user, password) : `\0${user}\0${password}`);
    const clientProperties = this.hello.clientProperties ?? { capabilities: CAPABILITIES };
    return await this.call(0, "connection.start-ok", { clientProperties, mechanism, response, locale: "en_US" });
  }

  async tuneAndOpen(): Promise<Heard> {
    const { channelMax = 2047, frameMax = 131_072, heartbeat = 0, virtualHost = "/" } = this.hello;
    this.send(0, "connection.tune-ok", { channelMax, frameMax, heartbeat });
    return await this.call(0, "connection.open", { virtualHost });
  }

  async channel(number = 1): Promise<number> {
    await this.call(number, "channel.open");
    return number;
  }

  write(bytes: Buffer): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  send(channel: number, method: string, fields: Fields = {}): void {
    this.write(encodeMethod(channel, method, fields));
  }

  publish(channel: number, target: Fields, body: string, properties: Fields = {}): void {
    const frames = [
      encodeMethod(channel, "basic.publish", target),
      encodeHeader(channel, Buffer.byteLength(body), properties),
    ];
    if (body) frames.push(encodeBody(channel, body));
    this.write(Buffer.concat(frames));
  }

  async call(channel: number, method: string, fields: Fields = {}): Promise<Heard> {
    this.send(channel, method, fields);
    return await this.next();
  }

  /** The next thing heard, heartbeats apart; "closed" after the last, "silence" when nothing comes for that long. */
  async next(patienceMs = PATIENCE_MS): Promise<Heard> {
    if (this.heard.length === 0 && !this.closed) await this.somethingHeard(patienceMs);
    return this.heard.shift() ?? { type: this.closed ? "closed" : "silence" };
  }

  async listen(count: number): Promise<Heard[]> {
    const heard: Heard[] = [];
    while (heard.length < count) heard.push(await this.next());
    return heard;
  }

  /** Everything until the server hangs up or has nothing more to say. */
  async farewell(patienceMs = PATIENCE_MS): Promise<Heard[]> {
    const heard: Heard[] = [];
    do heard.push(await this.next(patienceMs));
    while (!["closed", "silence"].includes(heard.at(-1)?.type ?? ""));
    return heard;
  }

  cut(): void {
    this.socket.destroy();
  }

  end(): void {
    this.socket.end();
  }

  /** Leaves in order, so that the server has let go of exclusive queues when this returns. */
  async close(): Promise<void> {
    if (!this.socket.writable) return this.cut();
    this.send(0, "connection.close", { replyCode: 200, replyText: "bye" });
    const deadline = Date.now() + 1_000;
    let last: Heard;
    do last = await this.next(500);
    while (!["connection.close-ok", "closed", "silence"].includes(last.type) && Date.now() < deadline);
    this.cut();
  }

  private async somethingHeard(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.waiter = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.waiter = undefined;
  }

  private hear(heard: Heard): void {
    this.heard.push(heard);
    this.waiter?.();
  }

  private take(bytes: Buffer): void {
    this.pending = Buffer.concat([this.pending, bytes]);
    if (this.pending.subarray(0, 4).toString() === "AMQP") {
      this.hear({ type: "protocol header", bytes: this.pending.toString("hex") });
      this.pending = Buffer.alloc(0);
    }
    while (this.pending.length >= 8) {
      const end = 7 + this.pending.readUInt32BE(3);
      if (this.pending.length <= end) return;
      this.frame(this.pending.readUInt8(0), this.pending.readUInt16BE(1), this.pending.subarray(7, end));
      this.pending = this.pending.subarray(end + 1);
    }
  }

  private frame(type: number, channel: number, payload: Buffer): void {
    if (type === 1) {
      const { name, fields } = decodeMethod(payload);
      // A client has to agree before the server hangs up.
      if (name === "connection.close") this.send(0, "connection.close-ok");
      this.hear({ type: name, channel, ...fields });
    } else if (type === 2) this.hear({ type: "header", channel, ...decodeHeader(payload) });
    else if (type === 3) this.hear({ type: "body", channel, body: payload.toString() });
    else if (type === 8) this.heartbeats += 1;
    else this.hear({ type: `frame of type ${type}`, channel });
  }
}
