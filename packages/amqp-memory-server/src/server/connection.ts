import type { Socket } from "node:net";
import type { Broker } from "../broker/broker.ts";
import type { VirtualHost } from "../broker/virtual-host.ts";
import { bool, longstr, type Table, table } from "../codec/fields.ts";
import {
  type Method,
  type MethodArguments,
  type MethodName,
  type MethodOf,
  readMethod,
} from "../codec/method-codec.ts";
import { octets } from "../erlang.ts";
import { AmqpError, type MethodId, noMethod } from "../errors.ts";
import { type Content, FrameReader, frameError, frameType } from "../frames.ts";
import { product, version } from "../product.ts";
import { authenticate, mechanisms } from "./authentication.ts";
import { Channel } from "./channel.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { Output } from "./output.ts";

const protocolHeader = Buffer.from("AMQP\x00\x00\x09\x01", "latin1");
const serverProperties: Table = new Map([
  [
    "capabilities",
    table(
      [
        "publisher_confirms",
        "exchange_exchange_bindings",
        "basic.nack",
        "consumer_cancel_notify",
        "connection.blocked",
        "consumer_priorities",
        "authentication_failure_close",
        "per_consumer_qos",
        "direct_reply_to",
      ].map((name) => [name, bool(true)] as const),
    ),
  ],
  ["copyright", longstr("MIT licence")],
  ["product", longstr(product)],
  ["version", longstr(version)],
  ["platform", longstr(`Node.js ${process.versions.node}`)],
  ["information", longstr("In memory: for development and tests")],
]);

const loginRefused = 403;
/** How long a closed connection waits for its peer's answer, milliseconds. */
const closeTimeout = 2000;

type State = "header" | "start" | "tune" | "open" | "running" | "closing" | "closed";

/** One client: the handshake, its channels, and the end. Whatever it does wrong ends here and reaches nobody else. */
export class Connection {
  readonly broker: Broker;
  readonly output: Output;
  readonly channels = new Map<number, Channel>();
  user = "";
  channelMax: number;
  bytesReceived = 0;
  #capabilities: Table = new Map();
  #vhost: VirtualHost | undefined;
  #state: State = "header";
  #header = Buffer.alloc(0);
  #heldBack = false;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #onClosed: () => void;
  readonly #unwatchMemory: () => void;
  #stopHeartbeat = (): void => {};
  #deadline: NodeJS.Timeout;

  constructor(socket: Socket, broker: Broker, onClosed: () => void) {
    const { frameMax, channelMax, handshakeTimeout } = broker.options;
    this.broker = broker;
    this.channelMax = channelMax;
    this.#socket = socket;
    this.#onClosed = onClosed;
    this.#reader = new FrameReader(frameMax);
    this.output = new Output(socket, frameMax, () => this.#relieved());
    this.#unwatchMemory = broker.watchMemory((over) => over || this.#release());
    this.#deadline = setTimeout(() => this.drop(), handshakeTimeout).unref();
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => this.drop());
    socket.on("close", () => this.drop());
    socket.on("end", () => this.drop());
  }

  get vhost(): VirtualHost {
    if (this.#vhost === undefined) throw new AmqpError("COMMAND_INVALID", "no virtual host is open");
    return this.#vhost;
  }

  /** Whether the client said at the start that it understands an extension. */
  can(capability: string): boolean {
    const field = this.#capabilities.get(capability);
    return field?.type === "bool" && field.value;
  }

  send<N extends MethodName>(channel: number, name: N, values: MethodArguments<N>, content?: Content): void {
    if (this.#state !== "closed" && this.#state !== "closing") this.output.send(channel, name, values, content);
  }

  /** The memory limit is passed and this connection publishes: nothing more is read from it until there is room. */
  holdBack(): void {
    if (this.#heldBack) return;
    this.#heldBack = true;
    if (this.can("connection.blocked")) this.send(0, "connection.blocked", { reason: "low on memory" });
    this.#socket.pause();
  }

  /** Ends the connection from this side, with a reason. */
  close(error: AmqpError, cause?: Method): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.output.send(0, "connection.close", {
      replyCode: error.replyCode,
      replyText: error.message,
      ...blamed(error, cause),
    });
    this.output.flush();
    this.#state = "closing";
    this.#releaseChannels();
    this.#socket.resume();
    this.#setDeadline(closeTimeout);
  }

  #receive(chunk: Buffer): void {
    this.bytesReceived += chunk.length;
    let rest = chunk;
    try {
      if (this.#state === "header") {
        const joined = Buffer.concat([this.#header, chunk]);
        this.#header = joined.subarray(0, 8);
        if (!this.#readHeader()) return;
        rest = joined.subarray(8);
      }
      this.#reader.push(rest, (type, channel, payload) => this.#frame(type, channel, payload));
    } catch (error) {
      this.#fail(error);
    }
    for (const channel of this.channels.values()) channel.flushConfirms();
    this.output.flush();
    // Answers that the client leaves unread must not pile up here: it is read again when it has read them.
    if (this.output.overflowing && !this.#heldBack) this.#socket.pause();
  }

  /** True once the protocol header is whole and right; a wrong one is answered with ours, then the socket is closed. */
  #readHeader(): boolean {
    if (!protocolHeader.subarray(0, this.#header.length).equals(this.#header)) {
      this.#state = "closing";
      this.#socket.end(protocolHeader);
      this.#setDeadline(closeTimeout);
      return false;
    }
    if (this.#header.length < protocolHeader.length) return false;
    this.#state = "start";
    this.output.send(0, "connection.start", {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties,
      mechanisms,
      locales: "en_US",
    });
    return true;
  }

  #frame(type: number, number: number, payload: Buffer): void {
    if (this.#state === "closed") return;
    if (this.#state === "closing") return this.#frameWhileClosing(type, number, payload);
    const known = type === frameType.method || type === frameType.header || type === frameType.body;
    if (type === frameType.heartbeat && payload.length === 0 && number === 0) return;
    if (!known && (type !== frameType.heartbeat || payload.length > 0))
      throw frameError(type, payload, "unknown_frame");
    if (number !== 0 && known && this.#state === "running") return this.#channelFrame(type, number, payload);
    if (number !== 0 || type !== frameType.method) throw new AmqpError("UNEXPECTED_FRAME", octets(type, payload));
    const method = readMethod(payload);
    try {
      this.#method(method);
    } catch (error) {
      this.#fail(error, method);
    }
  }

  #channelFrame(type: number, number: number, payload: Buffer): void {
    let channel = this.channels.get(number);
    if (channel === undefined) {
      if (type !== frameType.method)
        throw new AmqpError("UNEXPECTED_FRAME", "expected method frame, got non method frame instead");
      const method = readMethod(payload);
      if (method.name !== "channel.open")
        throw new AmqpError("CHANNEL_ERROR", "expected 'channel.open'", { method: method.id });
      if (this.channels.size >= this.channelMax) {
        throw new AmqpError(
          "NOT_ALLOWED",
          `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${this.channelMax})`,
          { method: noMethod },
        );
      }
      channel = new Channel(number, this);
      this.channels.set(number, channel);
      this.send(number, "channel.open-ok", {});
      return;
    }
    const error = channel.frame(type, payload);
    if (error !== undefined) this.close(error.error, error.cause);
  }

  #method(method: Method): void {
    if (method.name === "connection.close" && this.#state === "running") {
      this.output.send(0, "connection.close-ok", {});
      this.output.flush();
      this.#state = "closing";
      this.#releaseChannels();
      this.#socket.end();
      this.#setDeadline(closeTimeout);
      return;
    }
    if (this.#state === "start" && method.name === "connection.start-ok") return this.#startOk(method);
    if (this.#state === "tune" && method.name === "connection.tune-ok") return this.#tuneOk(method);
    if (this.#state === "open" && method.name === "connection.open") return this.#open(method);
    if (method.name === "connection.update-secret" && this.#state === "running") {
      return this.send(0, "connection.update-secret-ok", {});
    }
    const state = this.#state === "open" ? "opening" : this.#state;
    throw new AmqpError("CHANNEL_ERROR", `unexpected method in connection state ${state}`);
  }

  #startOk(method: MethodOf<"connection.start-ok">): void {
    const capabilities = method.clientProperties.get("capabilities");
    if (capabilities?.type === "table") this.#capabilities = capabilities.value;
    this.user = authenticate(method.mechanism, method.response, this.broker.options.users);
    this.#state = "tune";
    const { channelMax, frameMax, heartbeat } = this.broker.options;
    this.send(0, "connection.tune", { channelMax, frameMax, heartbeat });
  }

  #tuneOk(method: MethodOf<"connection.tune-ok">): void {
    const { frameMax, channelMax } = this.broker.options;
    this.channelMax = negotiated("channel_max", method.channelMax, channelMax);
    if (method.frameMax !== 0 && method.frameMax < 4096) {
      throw new AmqpError("NOT_ALLOWED", `frame_max=${method.frameMax} < 4096 min size`);
    }
    this.#reader.frameMax = this.output.frames.frameMax = negotiated("frame_max", method.frameMax, frameMax);
    this.#stopHeartbeat = startHeartbeat(method.heartbeat, {
      bytesReceived: () => this.bytesReceived,
      bytesSent: () => this.output.bytesSent,
      heldBack: () => this.#heldBack || this.#socket.isPaused(),
      beat: () => this.output.heartbeat(),
      lost: () => this.drop(),
    });
    this.#state = "open";
  }

  #open(method: MethodOf<"connection.open">): void {
    this.#vhost = this.broker.vhosts.get(method.virtualHost);
    if (this.#vhost === undefined) throw new AmqpError("NOT_ALLOWED", `vhost ${method.virtualHost} not found`);
    clearTimeout(this.#deadline);
    this.#state = "running";
    this.send(0, "connection.open-ok", {});
  }

  #frameWhileClosing(type: number, number: number, payload: Buffer): void {
    if (type !== frameType.method || number !== 0) return;
    const method = readMethod(payload);
    if (method.name === "connection.close") this.output.send(0, "connection.close-ok", {});
    if (method.name === "connection.close" || method.name === "connection.close-ok") {
      this.output.flush();
      this.#socket.end();
    }
  }

  #fail(error: unknown, cause?: Method): void {
    const known = error instanceof AmqpError ? error : new AmqpError("INTERNAL_ERROR", "internal error");
    // Up to the tuning a peer gets no explanation, as in RabbitMQ, unless its login failed and it understands one.
    const explained = known.replyCode === loginRefused && this.can("authentication_failure_close");
    const early = this.#state === "header" || this.#state === "start" || this.#state === "tune";
    if (this.#state === "closing" || (early && !explained)) return this.drop();
    this.close(known, cause);
  }

  /** The peer has read what held deliveries or reading up. */
  #relieved(): void {
    if (!this.#heldBack) this.#socket.resume();
    for (const channel of this.channels.values()) channel.wakeConsumers();
  }

  #release(): void {
    if (!this.#heldBack) return;
    this.#heldBack = false;
    if (this.can("connection.blocked")) this.send(0, "connection.unblocked", {});
    this.#socket.resume();
  }

  #setDeadline(milliseconds: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.drop(), milliseconds).unref();
  }

  /** Gives back all that the client held: consumers go first, so that nothing is delivered to a channel that closes. */
  #releaseChannels(): void {
    const channels = [...this.channels.values()];
    this.channels.clear();
    for (const channel of channels) channel.removeConsumers();
    for (const channel of channels) channel.release();
    for (const queue of [...(this.#vhost?.queues.values() ?? [])]) {
      if (queue.owner === this) this.#vhost?.deleteQueue(queue);
    }
  }

  /** Ends the connection without a word. */
  drop(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#deadline);
    this.#stopHeartbeat();
    this.#unwatchMemory();
    this.#releaseChannels();
    this.#socket.destroy();
    this.#onClosed();
  }
}

/** The ids in a close: of the method that the error names, else of the one that was handled. */
export function blamed(error: AmqpError, cause?: Method): MethodId {
  const { classId, methodId } = error.method ?? cause?.id ?? noMethod;
  return { classId, methodId };
}

/** The client's answer to a limit: it may be lower; 0 means none, which is above any. */
function negotiated(name: string, client: number, server: number): number {
  if (client !== 0 && client <= server) return client;
  const asked = client === 0 ? `${name} = 0 (no limit)` : `${name} = ${client}`;
  throw new AmqpError("NOT_ALLOWED", `negotiated ${asked} is higher than the maximum allowed value (${server})`);
}
