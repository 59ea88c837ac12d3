import { setTimeout as sleep } from "node:timers/promises";
import amqplib, { type Channel, type ChannelModel, type ConfirmChannel, type Message, type Options } from "amqplib";
import { Inbox } from "./inbox.ts";
import { normalise, type Step } from "./observe.ts";
import { type Hello, RawClient } from "./raw-client.ts";

/** A probe tells a story about a server; it notes what its clients saw with `ctx.see`. */
export type Probes = Record<string, (ctx: Context) => Promise<void>>;

/** What amqplib adds to the errors it makes of channel.close and connection.close. */
interface ServerError extends Error {
  code?: number;
  classId?: number;
  methodId?: number;
}

interface Faulty {
  error?: ServerError;
}

const SETTLE_MS = 3_000;

/**
 * What one probe works with: clients of one server, names nobody else uses, and the record of what was seen.
 * `dispose` closes the clients and deletes the names, whatever the probe did.
 */
export class Context {
  readonly steps: Step[] = [];
  readonly url: string;
  private readonly prefix: string;
  private readonly names = new Set<string>();
  private readonly clients: { close(): Promise<void> }[] = [];
  private readonly faults = new WeakMap<object, Faulty>();
  private readonly connectionOf = new WeakMap<object, ChannelModel>();

  constructor(url: string, id: string) {
    this.url = url;
    this.prefix = `probe.${id}.`;
  }

  /** A name for a queue or an exchange that only this run of this probe uses. It is deleted afterwards. */
  name(hint: string): string {
    const name = this.prefix + hint;
    this.names.add(name);
    return name;
  }

  see(label: string, value: unknown): void {
    this.steps.push({ label, value: normalise(JSON.parse(JSON.stringify(value ?? null)), this.prefix) });
  }

  async connect(): Promise<ChannelModel> {
    const connection = await amqplib.connect(this.url, { noDelay: true });
    this.watch(connection);
    this.clients.push(connection);
    return connection;
  }

  async channel(connection?: ChannelModel): Promise<Channel> {
    const on = connection ?? (await this.connect());
    return this.remember(await on.createChannel(), on);
  }

  async confirmChannel(connection?: ChannelModel): Promise<ConfirmChannel> {
    const on = connection ?? (await this.connect());
    return this.remember(await on.createConfirmChannel(), on);
  }

  /** A raw client with an open connection, and channel 1 open on it. */
  async raw(hello: Hello = {}): Promise<RawClient> {
    const client = await RawClient.open(this.url, hello);
    this.clients.push(client);
    await client.channel(1);
    return client;
  }

  /** A raw client that has said nothing yet. */
  async dial(hello: Hello = {}): Promise<RawClient> {
    const client = await RawClient.dial(this.url, hello);
    this.clients.push(client);
    return client;
  }

  async queue(channel: Channel, hint: string, options: Options.AssertQueue = {}): Promise<string> {
    const { queue } = await channel.assertQueue(this.name(hint), { durable: false, ...options });
    return queue;
  }

  async exchange(channel: Channel, hint: string, type: string, options: Options.AssertExchange = {}): Promise<string> {
    const { exchange } = await channel.assertExchange(this.name(hint), type, { durable: false, ...options });
    return exchange;
  }

  async consume(channel: Channel, queue: string, options: Options.Consume = {}): Promise<Inbox> {
    const inbox = new Inbox();
    const { consumerTag } = await channel.consume(queue, (message) => inbox.put(message), options);
    inbox.consumerTag = consumerTag;
    return inbox;
  }

  /** Fetches with basic.get until `count` messages came, without acknowledgements; what came when it takes too long. */
  async fetch(channel: Channel, queue: string, count: number): Promise<Message[]> {
    const fetched: Message[] = [];
    await this.until(async () => {
      const message = await channel.get(queue, { noAck: true });
      if (message) fetched.push(message);
      return fetched.length >= count;
    });
    return fetched;
  }

  /** Waits until the queue holds that many ready messages, for what the server does in its own time. */
  async depth(channel: Channel, queue: string, count: number): Promise<number> {
    let depth = -1;
    await this.until(async () => {
      depth = (await channel.checkQueue(queue)).messageCount;
      return depth === count;
    });
    return depth;
  }

  async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + SETTLE_MS;
    while (!(await condition()) && Date.now() < deadline) await sleep(10);
  }

  /** Long enough for whatever was going to come to have come. */
  async lull(ms = 150): Promise<void> {
    await sleep(ms);
  }

  /**
   * How the server took an action on a channel: "accepted", or the error that closed the channel or the connection.
   * A round trip after the action brings in the answer to methods that have none of their own.
   */
  async outcome(channel: Channel, action: () => unknown): Promise<unknown> {
    try {
      await action();
      await channel.checkExchange("amq.direct");
      return "accepted";
    } catch (error) {
      const connection = this.connectionOf.get(channel);
      await this.until(async () => Boolean(this.faultOf(channel) ?? this.faultOf(connection)));
      return refusal("channel", this.faultOf(channel)) ?? refusal("connection", this.faultOf(connection)) ?? `${error}`;
    }
  }

  /** Closes every client, then deletes every name over a connection of its own. */
  async dispose(): Promise<void> {
    await Promise.all(this.clients.map((client) => Promise.race([client.close().catch(() => {}), sleep(2_000)])));
    if (this.names.size === 0) return;
    const cleaner = await RawClient.open(this.url);
    let channel = 0;
    for (const name of this.names) {
      await cleaner.channel(++channel);
      await cleaner.call(channel, "queue.delete", { queue: name });
      await cleaner.channel(++channel);
      await cleaner.call(channel, "exchange.delete", { exchange: name });
    }
    await cleaner.close();
  }

  private remember<C extends Channel>(channel: C, connection: ChannelModel): C {
    this.connectionOf.set(channel, connection);
    this.watch(channel);
    return channel;
  }

  private watch(emitter: Channel | ChannelModel): void {
    const fault: Faulty = {};
    this.faults.set(emitter, fault);
    (emitter as Channel).on("error", (error) => {
      fault.error = error;
    });
  }

  private faultOf(emitter: object | undefined): ServerError | undefined {
    return emitter && this.faults.get(emitter)?.error;
  }
}

function refusal(level: "channel" | "connection", error: ServerError | undefined): unknown {
  if (!error) return undefined;
  const text = /with message "(.*)"$/s.exec(error.message)?.[1] ?? error.message;
  return { level, code: error.code, classId: error.classId, methodId: error.methodId, text };
}
