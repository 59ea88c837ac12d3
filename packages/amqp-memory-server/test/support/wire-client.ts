import { connect, type Socket } from "node:net";
import { bool, type Table, table } from "../../src/codec/fields.ts";
import {
  type Method,
  type MethodArguments,
  type MethodName,
  type MethodOf,
  readMethod,
} from "../../src/codec/method-codec.ts";
import { FrameReader, FrameWriter, frameType, readContentHeader } from "../../src/frames.ts";

export const protocolHeader = Buffer.from("AMQP\x00\x00\x09\x01", "latin1");
const capabilities: Table = new Map([
  [
    "capabilities",
    table(
      ["consumer_cancel_notify", "connection.blocked", "authentication_failure_close"].map(
        (name) => [name, bool(true)] as const,
      ),
    ),
  ],
]);

export interface Hello {
  user?: string;
  password?: string;
  mechanism?: string;
  vhost?: string;
  channelMax?: number;
  frameMax?: number;
  heartbeat?: number;
  clientProperties?: Table;
}

/** A method of the server and the content that came with it. */
export interface Heard {
  readonly channel: number;
  readonly method: Method;
  readonly properties: Buffer;
  body: Buffer;
}

const patience = 30_000;
const nothing = Buffer.alloc(0);

/** One method, with its content where it has one, as bytes. */
export function encode<N extends MethodName>(
  channel: number,
  name: N,
  values: MethodArguments<N>,
  content?: { body: string | Buffer; properties?: Buffer },
): Buffer {
  const writer = new FrameWriter(131_072);
  writer.method(channel, name, values);
  if (content !== undefined) {
    writer.content(channel, { properties: content.properties ?? Buffer.alloc(2), body: Buffer.from(content.body) });
  }
  return Buffer.concat(writer.take());
}

/** All that a client says to open its connection, waiting for no answer. */
export function encodeHello(hello: Hello = {}): Buffer {
  const { user = "guest", password = "guest", mechanism = "PLAIN", vhost = "/", heartbeat = 0 } = hello;
  const { channelMax = 2047, frameMax = 131_072, clientProperties = capabilities } = hello;
  const response = `\0${user}\0${password}`;
  return Buffer.concat([
    protocolHeader,
    encode(0, "connection.start-ok", { clientProperties, mechanism, response, locale: "en_US" }),
    encode(0, "connection.tune-ok", { channelMax, frameMax, heartbeat }),
    encode(0, "connection.open", { virtualHost: vhost }),
  ]);
}

/** Puts the server's frames together again: methods with their contents. */
export class Listener {
  readonly #reader = new FrameReader(0x7fff_ffff);
  readonly #onHeard: (heard: Heard) => void;
  readonly #partial = new Map<number, { heard: Heard; size: number; pieces: Buffer[]; received: number }>();
  readonly #method = new Map<number, Method>();
  heartbeats = 0;

  constructor(onHeard: (heard: Heard) => void) {
    this.#onHeard = onHeard;
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk, (type, channel, payload) => this.#frame(type, channel, payload));
  }

  #frame(type: number, channel: number, payload: Buffer): void {
    if (type === frameType.heartbeat) this.heartbeats++;
    else if (type === frameType.method) {
      const method = readMethod(payload);
      const withContent = ["basic.deliver", "basic.get-ok", "basic.return"].includes(method.name);
      if (withContent) this.#method.set(channel, method);
      else this.#onHeard({ channel, method, properties: nothing, body: nothing });
    } else if (type === frameType.header) {
      const method = this.#method.get(channel);
      if (method === undefined) throw new Error("the server sent a header without its method");
      const { bodySize, properties } = readContentHeader(payload);
      const heard = { channel, method, properties: Buffer.from(properties), body: nothing };
      if (bodySize === 0) this.#onHeard(heard);
      else this.#partial.set(channel, { heard, size: bodySize, pieces: [], received: 0 });
    } else this.#body(channel, payload);
  }

  #body(channel: number, payload: Buffer): void {
    const partial = this.#partial.get(channel);
    if (partial === undefined) throw new Error("the server sent a body without its header");
    partial.pieces.push(Buffer.from(payload));
    partial.received += payload.length;
    if (partial.received < partial.size) return;
    this.#partial.delete(channel);
    partial.heard.body = Buffer.concat(partial.pieces);
    this.#onHeard(partial.heard);
  }
}

/** A client that says what it is told and hears everything; fast, and without timers of its own while nothing waits. */
export class WireClient {
  readonly socket: Socket;
  readonly listener: Listener;
  /** What was heard and not asked for yet. */
  readonly heard: Heard[] = [];
  closed = false;
  /** Takes what is heard instead of the list. */
  onHeard: ((heard: Heard) => void) | undefined;
  #wake = (): void => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    this.listener = new Listener((heard) => {
      if (this.onHeard !== undefined) return this.onHeard(heard);
      this.heard.push(heard);
      this.#wake();
    });
    socket.on("data", (chunk) => this.listener.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** A TCP connection on which nothing was said. */
  static async dial(port: number): Promise<WireClient> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new WireClient(socket);
  }

  /** A connection through the handshake, with channel 1 open. */
  static async open(port: number, hello: Hello = {}): Promise<WireClient> {
    const client = await WireClient.dial(port);
    client.socket.write(encodeHello(hello));
    await client.next("connection.open-ok");
    await client.call("channel.open", {});
    return client;
  }

  send<N extends MethodName>(name: N, values: MethodArguments<N>, channel = 1): void {
    this.socket.write(encode(channel, name, values));
  }

  /** Publishes to a queue through the default exchange. */
  publish(routingKey: string, body: string | Buffer, properties?: Buffer, channel = 1): void {
    const target = { exchange: "", routingKey, mandatory: false, immediate: false };
    this.socket.write(encode(channel, "basic.publish", target, { body, properties }));
  }

  async call<N extends MethodName>(name: N, values: MethodArguments<N>, channel = 1): Promise<Heard> {
    this.send(name, values, channel);
    return await this.next();
  }

  async declare(queue: string, args: Table = new Map()): Promise<void> {
    const flags = { passive: false, durable: false, exclusive: false, autoDelete: false, nowait: false };
    await this.call("queue.declare", { queue, ...flags, arguments: args });
  }

  async consume(queue: string, options: { noAck?: boolean; prefetch?: number; consumerTag?: string } = {}) {
    const { noAck = false, prefetch = 0, consumerTag = "" } = options;
    await this.call("basic.qos", { prefetchSize: 0, prefetchCount: prefetch, global: false });
    const flags = { noLocal: false, noAck, exclusive: false, nowait: false };
    this.send("basic.consume", { queue, consumerTag, ...flags, arguments: new Map() });
    await this.next("basic.consume-ok");
  }

  /** Messages that wait in a queue. */
  async depth(queue: string): Promise<number> {
    const flags = { passive: true, durable: false, exclusive: false, autoDelete: false, nowait: false };
    this.send("queue.declare", { queue, ...flags, arguments: new Map() });
    return (await this.next("queue.declare-ok")).method.messageCount;
  }

  next(): Promise<Heard>;
  next<N extends MethodName>(name: N): Promise<Heard & { method: MethodOf<N> }>;
  /** The next method heard, or the next of that name: what comes before it is dropped. */
  async next(name?: MethodName): Promise<Heard> {
    const deadline = Date.now() + patience;
    for (;;) {
      const heard = this.heard.shift();
      if (heard !== undefined && (name === undefined || heard.method.name === name)) return heard;
      if (heard !== undefined) continue;
      if (this.closed) throw new Error(`the server hung up before ${name ?? "anything"} came`);
      if (!(await this.#something(deadline - Date.now()))) throw new Error(`${name ?? "anything"} did not come`);
    }
  }

  /** How the server ended the connection: its reply code, or undefined where it just hung up. */
  async ending(): Promise<number | undefined> {
    let code: number | undefined;
    try {
      const { method } = await this.next("connection.close");
      code = method.replyCode;
      this.send("connection.close-ok", {}, 0);
    } catch (error) {
      if (!this.closed) throw error;
    }
    await this.gone();
    return code;
  }

  async gone(): Promise<void> {
    const deadline = Date.now() + patience;
    while (!this.closed) {
      if (!(await this.#something(deadline - Date.now()))) throw new Error("the server did not hang up");
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.send("connection.close", { replyCode: 200, replyText: "", classId: 0, methodId: 0 }, 0);
    await this.next("connection.close-ok");
    this.socket.destroy();
    await this.gone();
  }

  cut(): void {
    this.socket.destroy();
  }

  async #something(milliseconds: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve(true);
      };
    });
  }
}
