import type { Socket } from "node:net";
import type { Channel, ChannelModel } from "amqplib";
import { Transporters } from "moleculer";
import { SocketBytes } from "../../node/socket-bytes.ts";

/** A request queue that no node of this operation has come back to for so long is deleted, ms. */
const UNUSED_QUEUE_EXPIRES = 600_000;

/**
 * Moleculer's AMQP transporter, tuned, and able to stop taking requests.
 *
 * The default options are unusable: Nagle's algorithm and a prefetch of 1 make a call take 44 ms. With the balancer in the
 * queue (`disableBalancer`) a leaving node goes on consuming from the shared request queues until its connection closes and
 * refuses what it gets there; so it cancels those consumers first. The base class also consumes anew at every change of the
 * registry; here a consumer's tag makes that happen once.
 */
export class DrainableAmqpTransporter extends Transporters.AMQP {
  declare channel: Channel | null;
  declare connection: ChannelModel | null;
  declare prefix: string;
  /** The channel is being closed, on purpose. */
  declare channelDisconnecting: boolean;
  readonly bytes = new SocketBytes();
  /** The consumers of shared queues by tag, settled when they consume, and the channel they are on. */
  #requests = new Map<string, Promise<void>>();
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
  }

  override onConnected(wasReconnect?: boolean): ReturnType<Transporters.AMQP["onConnected"]> {
    // Its types leave the socket out.
    if (this.connection !== null)
      this.bytes.watch((this.connection.connection as unknown as { stream: Socket }).stream);
    return super.onConnected(wasReconnect);
  }

  override async subscribeBalancedRequest(action: string): Promise<void> {
    const { channel } = this;
    const consumerTag = `${this.nodeID}/${action}`;
    if (channel === null) return;
    if (channel !== this.#channel) this.#forgetConsumers(channel);
    // Who asks a second time waits for the first: before it consumes, a request that is sent finds no queue and is lost.
    const subscribed = this.#requests.get(consumerTag) ?? this.#consume(channel, action, consumerTag);
    this.#requests.set(consumerTag, subscribed);
    await subscribed;
  }

  async #consume(channel: Channel, action: string, consumerTag: string): Promise<void> {
    const queue = `${this.prefix}.REQB.${action}`;
    await channel.assertQueue(queue, { ...this._getQueueOptions("REQ", true), expires: UNUSED_QUEUE_EXPIRES });
    await channel.consume(queue, this._consumeCB("REQ", true), { consumerTag });
  }

  /** What a node still has to say while its channel closes (a heartbeat, its numbers) is for nobody: amqplib would throw. */
  override async send(...packet: Parameters<Transporters.AMQP["send"]>): Promise<void> {
    if (!this.channelDisconnecting) await super.send(...packet);
  }

  async stopTakingRequests(): Promise<void> {
    const { channel } = this;
    if (channel === null) return;
    await Promise.all([...this.#requests.keys()].map((consumerTag) => channel.cancel(consumerTag)));
  }

  #forgetConsumers(channel: Channel): void {
    this.#channel = channel;
    this.#requests = new Map();
  }
}
