import type { Channel, ChannelModel, Options } from "amqplib";
import { Transporters } from "moleculer";
import { tendSocket } from "../../mixins/amqp/socket.ts";
import { SocketBytes } from "../../node/socket-bytes.ts";

/** A request queue that no node of this operation has come back to for so long is deleted, ms. */
const UNUSED_QUEUE_EXPIRES = 600_000;

/**
 * Moleculer's AMQP transporter, tuned, and able to stop taking what is shared.
 *
 * The default options are unusable: Nagle's algorithm and a prefetch of 1 make a call take 44 ms. With the balancer in the
 * queue (`disableBalancer`) a leaving node goes on consuming from the shared queues until its connection closes and
 * refuses what it gets there; so it cancels those consumers first. The base class also consumes anew at every change of the
 * registry; here each queue has one consumer.
 */
export class DrainableAmqpTransporter extends Transporters.AMQP {
  declare channel: Channel | null;
  declare connection: ChannelModel | null;
  declare prefix: string;
  /** The channel is being closed, on purpose. */
  declare channelDisconnecting: boolean;
  readonly bytes = new SocketBytes();
  /** The shared queues it takes from, settled when it does, and the channel they are on. */
  #consuming = new Map<string, Promise<void>>();
  #channel?: Channel;

  /** @param requestTimeout how long anyone waits for an answer, ms: older requests are not worth doing, so they expire */
  constructor(url: string, requestTimeout: number) {
    super({
      url,
      prefetch: 200,
      socketOptions: { noDelay: true, timeout: 5_000 },
      eventTimeToLive: 60_000,
      messageOptions: { expiration: String(requestTimeout) },
    } as ConstructorParameters<typeof Transporters.AMQP>[0]);
    // Moleculer keeps a new channel here, sets its prefetch at once and does not wait for it: nobody would hear that it failed,
    // and that would end the process. It fails with the channel, and the next one has it set.
    let channel: Channel | null = null;
    Object.defineProperty(this, "channel", {
      get: () => channel,
      set: (made: Channel | null) => {
        channel = made;
        if (made !== null) made.prefetch = heard(made.prefetch.bind(made));
      },
    });
  }

  override onConnected(wasReconnect?: boolean): ReturnType<Transporters.AMQP["onConnected"]> {
    const { channel, connection } = this;
    if (connection !== null) {
      tendSocket(connection, this.bytes);
      // Before Moleculer logs it.
      connection.prependListener("error", (error: Error) => {
        if (isServersEnd(error)) error.stack = undefined;
      });
      // Without its channel the node would be in the mesh and hear nothing: both come back together.
      channel?.once("close", () => {
        if (!this.channelDisconnecting) void connection.close().catch(() => undefined);
      });
    }
    return super.onConnected(wasReconnect);
  }

  override subscribeBalancedRequest(action: string): Promise<void> {
    const options = { ...this._getQueueOptions("REQ", true), expires: UNUSED_QUEUE_EXPIRES };
    return this.#takeOnce("REQ", action, options);
  }

  override subscribeBalancedEvent(event: string, group: string): Promise<void> {
    return this.#takeOnce("EVENT", `${group}.${event}`, this._getQueueOptions("EVENTLB", true));
  }

  async #takeOnce(packet: "REQ" | "EVENT", what: string, options: Options.AssertQueue): Promise<void> {
    const { channel } = this;
    if (channel === null) return;
    if (channel !== this.#channel) {
      this.#channel = channel;
      this.#consuming = new Map();
    }
    const queue = `${this.prefix}.${packet}B.${what}`;
    // Who asks a second time waits for the first: before it consumes, a request that is sent finds no queue and is lost.
    const consuming = this.#consuming.get(queue) ?? this.#consume(channel, queue, packet, options);
    this.#consuming.set(queue, consuming);
    await consuming;
  }

  async #consume(channel: Channel, queue: string, packet: string, options: Options.AssertQueue): Promise<void> {
    try {
      await channel.assertQueue(queue, options);
      await channel.consume(queue, this._consumeCB(packet, true), { consumerTag: this.#tag(queue) });
    } catch (error) {
      // Moleculer does not wait for all of these. A channel that is gone has no consumers, and the next one gets them all.
      if (channel === this.channel) throw error;
    }
  }

  #tag(queue: string): string {
    return `${this.nodeID}/${queue}`;
  }

  /** What a node still has to say while its channel closes (a heartbeat, its numbers) is for nobody: amqplib would throw. */
  override async send(...packet: Parameters<Transporters.AMQP["send"]>): Promise<void> {
    if (!this.channelDisconnecting) await super.send(...packet);
  }

  async stopTaking(): Promise<void> {
    const { channel } = this;
    if (channel === null) return;
    await Promise.all([...this.#consuming.keys()].map((queue) => channel.cancel(this.#tag(queue))));
  }
}

/**
 * That the server went away, in the system's words or amqplib's: where in amqplib that was heard tells nobody anything. What
 * a handler throws comes as the connection's error too, and keeps its stack.
 */
const isServersEnd = (error: Error): boolean =>
  "syscall" in error || ["Unexpected close", "Heartbeat timeout"].includes(error.message);

/** As `set`, but whoever calls it need not hear of its failure. */
const heard =
  (set: Channel["prefetch"]): Channel["prefetch"] =>
  (...given) => {
    const done = set(...given);
    done.catch(() => undefined);
    return done;
  };
