import type { Socket } from "node:net";
import type { Broker } from "../broker/broker.ts";
import { type Method, type MethodArguments, type MethodName, readMethod } from "../codec/method-codec.ts";
import { octets } from "../erlang.ts";
import { AmqpError, type MethodId, noMethod } from "../errors.ts";
import { type Content, FrameReader, frameError, frameType } from "../frames.ts";
import { Channel } from "./channel.ts";
import { Handshake, protocolHeader, type Session } from "./handshake.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { Output } from "./output.ts";

/** How often a connection that is held back is tried for life, milliseconds. */
const probeInterval = 1000;
const loginRefused = 403;
/** How long a closed connection waits for its peer's answer, milliseconds. */
const closeTimeout = 2000;

type State = "handshake" | "running" | "closing" | "closed";

/** One client: the handshake, its channels, and the end. Whatever it does wrong ends here and reaches nobody else. */
export class Connection {
  readonly broker: Broker;
  readonly output: Output;
  readonly channels = new Map<number, Channel>();
  bytesReceived = 0;
  #state: State = "handshake";
  #session: Session | undefined;
  #header = Buffer.alloc(0);
  #heldBack = false;
  readonly #handshake: Handshake;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #onClosed: () => void;
  readonly #unwatchMemory: () => void;
  #stopHeartbeat = (): void => {};
  #deadline: NodeJS.Timeout;
  #probe: NodeJS.Timeout | undefined;

  constructor(socket: Socket, broker: Broker, onClosed: () => void) {
    const { frameMax, handshakeTimeout } = broker.options;
    this.broker = broker;
    this.#socket = socket;
    this.#onClosed = onClosed;
    this.#reader = new FrameReader(frameMax);
    this.output = new Output(socket, frameMax, () => this.#relieved());
    this.#handshake = new Handshake(broker, (name, values) => this.send(0, name, values));
    this.#unwatchMemory = broker.watchMemory((over) => over || this.#release());
    this.#deadline = setTimeout(() => this.drop(), handshakeTimeout).unref();
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => this.drop());
    socket.on("close", () => this.drop());
    socket.on("end", () => this.drop());
  }

  /** What was agreed on; channels exist only once it is there. */
  get session(): Session {
    if (this.#session === undefined) throw new AmqpError("COMMAND_INVALID", "the connection is not open");
    return this.#session;
  }

  /** Whether the client said at the start that it understands an extension. */
  can(capability: string): boolean {
    const field = this.#handshake.capabilities.get(capability);
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
    // Nothing is read, so only writing tells that the client is gone, and with it what it holds.
    this.#probe = setInterval(() => this.output.heartbeat(), probeInterval).unref();
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
      if (this.#handshake.state === "header") {
        const joined = Buffer.concat([this.#header, chunk]);
        this.#header = joined.subarray(0, 8);
        if (!this.#readHeader()) return;
        rest = joined.subarray(8);
      }
      this.#reader.push(rest, (type, channel, payload) => this.#frame(type, channel, payload));
    } catch (error) {
      this.#fail(error);
    }
    this.#flushConfirms();
    this.output.flush();
    // Answers that the client leaves unread must not pile up here: it is read again when it has read them.
    if (this.output.overflowing && !this.#heldBack) this.#socket.pause();
  }

  #flushConfirms(): void {
    for (const channel of this.channels.values()) channel.flushConfirms();
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
    this.#handshake.begin();
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
      const { channelMax } = this.session;
      if (this.channels.size >= channelMax) {
        throw new AmqpError(
          "NOT_ALLOWED",
          `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${channelMax})`,
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
    if (this.#state === "handshake") return this.#open(this.#handshake.take(method));
    if (method.name === "connection.close") return this.#closedByClient();
    if (method.name === "connection.update-secret") return this.send(0, "connection.update-secret-ok", {});
    throw new AmqpError("CHANNEL_ERROR", "unexpected method in connection state running");
  }

  #open(session: Session | undefined): void {
    if (session === undefined) return;
    clearTimeout(this.#deadline);
    this.#session = session;
    this.#state = "running";
    this.#reader.frameMax = this.output.frames.frameMax = session.frameMax;
    this.#stopHeartbeat = startHeartbeat(session.heartbeat, {
      bytesReceived: () => this.bytesReceived,
      bytesSent: () => this.output.bytesSent,
      heldBack: () => this.#heldBack || this.#socket.isPaused(),
      beat: () => this.output.heartbeat(),
      lost: () => this.drop(),
    });
  }

  #closedByClient(): void {
    this.#flushConfirms();
    this.output.send(0, "connection.close-ok", {});
    this.output.flush();
    this.#state = "closing";
    this.#releaseChannels();
    this.#socket.end();
    this.#setDeadline(closeTimeout);
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
    const known = AmqpError.from(error);
    // Up to the tuning a peer gets no explanation, as in RabbitMQ, unless its login failed and it understands one.
    const explained = known.replyCode === loginRefused && this.can("authentication_failure_close");
    const early = this.#state === "handshake" && this.#handshake.state !== "opening";
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
    clearInterval(this.#probe);
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
    const vhost = this.#session?.vhost;
    for (const queue of [...(vhost?.queues.values() ?? [])]) if (queue.owner === this) vhost?.deleteQueue(queue);
  }

  /** Ends the connection without a word. */
  drop(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#deadline);
    clearInterval(this.#probe);
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
