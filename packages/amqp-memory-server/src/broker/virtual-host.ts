import { emptyTable, sameField, type Table } from "../codec/fields.ts";
import { difference } from "../erlang.ts";
import { AmqpError } from "../errors.ts";
import { type DeathReason, deadLetter, isCycle } from "./dead-letter.ts";
import { type Binding, type Destination, Exchange, type ExchangeProperties, type ExchangeType } from "./exchange.ts";
import type { Counters, MemoryGauge } from "./memory.ts";
import type { Message } from "./message.ts";
import { ObjectCount } from "./object-count.ts";
import { Queue, type QueueHost, type QueueProperties } from "./queue.ts";

const predeclared: readonly [string, ExchangeType][] = [
  ["", "direct"],
  ["amq.direct", "direct"],
  ["amq.fanout", "fanout"],
  ["amq.topic", "topic"],
  ["amq.headers", "headers"],
  ["amq.match", "headers"],
  ["amq.rabbitmq.trace", "topic"],
];

/** Dead letters that the arrival of one dead letter may cause: one within the other, all together, and in memory. */
const maxNesting = 100;
const maxNested = 10_000;
const maxOvershoot = 2;

/** The queues, exchanges and bindings of one virtual host, and the way of a message through them. */
export class VirtualHost implements QueueHost {
  readonly name: string;
  readonly memory: MemoryGauge;
  readonly counters: Counters;
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  readonly objects: ObjectCount;
  /** The exchanges that lead to a destination: with it go their bindings to it. */
  readonly #sources = new Map<Destination, Set<Exchange>>();
  /** Dead letters that are the making of another: how deep they nest, and how many there were since the first. */
  #nesting = 0;
  #nested = 0;

  constructor(name: string, memory: MemoryGauge, counters: Counters, maxObjects: number) {
    this.name = name;
    this.memory = memory;
    this.counters = counters;
    this.objects = new ObjectCount(name, maxObjects);
    for (const [exchange, type] of predeclared) {
      const internal = exchange === "amq.rabbitmq.trace";
      const properties = { type, durable: true, autoDelete: false, internal, arguments: emptyTable };
      this.exchanges.set(exchange, new Exchange(exchange, properties));
    }
  }

  exchange(name: string): Exchange {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined) throw new AmqpError("NOT_FOUND", `no exchange '${name}' in vhost '${this.name}'`);
    return exchange;
  }

  queue(name: string): Queue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw new AmqpError("NOT_FOUND", `no queue '${name}' in vhost '${this.name}'`);
    return queue;
  }

  /** Makes an exchange, or checks that the one of this name is the same. */
  declareExchange(name: string, properties: ExchangeProperties): void {
    const existing = this.exchanges.get(name);
    if (existing === undefined) {
      this.objects.take(properties.arguments);
      this.exchanges.set(name, new Exchange(name, properties));
      return;
    }
    const compare = this.#equivalence(`exchange '${name}'`);
    compare.property("type", properties.type, existing.properties.type);
    compare.property("durable", properties.durable, existing.properties.durable);
    compare.property("auto_delete", properties.autoDelete, existing.properties.autoDelete);
    compare.property("internal", properties.internal, existing.properties.internal);
    compare.arguments(properties.arguments, existing.properties.arguments, ["alternate-exchange"]);
  }

  /** Deletes an exchange, and those of auto-delete that led to nothing else. */
  deleteExchange(exchange: Exchange): void {
    // A list and no recursion: a chain of them is as long as a client makes it.
    const doomed = [exchange];
    for (const next of doomed) {
      this.exchanges.delete(next.name);
      this.objects.give(next.properties.arguments);
      for (const binding of next.bindings) {
        this.objects.give(binding.arguments);
        this.#sources.get(binding.destination)?.delete(next);
      }
      doomed.push(...this.#unbindFromAll(next));
    }
  }

  /** Makes a queue. `owner`: the connection, where it is exclusive. */
  declareQueue(name: string, properties: QueueProperties, owner: object | undefined): Queue {
    this.objects.take(properties.arguments);
    const queue = new Queue(name, properties, this, owner);
    this.queues.set(name, queue);
    return queue;
  }

  /** Checks that a queue is as it is declared again. */
  redeclareQueue(queue: Queue, properties: Pick<QueueProperties, "durable" | "autoDelete" | "arguments">): Queue {
    const compare = this.#equivalence(`queue '${queue.name}'`);
    compare.property("durable", properties.durable, queue.properties.durable);
    compare.property("auto_delete", properties.autoDelete, queue.properties.autoDelete);
    compare.arguments(properties.arguments, queue.properties.arguments, queueArguments);
    queue.touch();
    return queue;
  }

  /** Removes a queue with its bindings; returns how many messages waited in it. */
  deleteQueue(queue: Queue): number {
    if (queue.deleted) return 0;
    this.queues.delete(queue.name);
    this.objects.give(queue.properties.arguments);
    for (const unused of this.#unbindFromAll(queue)) this.deleteExchange(unused);
    return queue.delete();
  }

  dropQueue(queue: Queue): void {
    this.deleteQueue(queue);
  }

  bind(source: Exchange, binding: Binding): void {
    if (!source.bind(binding)) return;
    try {
      this.objects.take(binding.arguments);
    } catch (error) {
      source.unbind(binding);
      throw error;
    }
    const sources = this.#sources.get(binding.destination);
    if (sources === undefined) this.#sources.set(binding.destination, new Set([source]));
    else sources.add(source);
  }

  /** Removes a binding; that it, or one of its ends, is not there is as good. */
  unbind(
    from: string,
    destination: Destination | undefined,
    { routingKey, arguments: args }: Omit<Binding, "destination">,
  ): void {
    const source = this.exchanges.get(from);
    if (source === undefined || destination === undefined) return;
    if (!source.unbind({ destination, routingKey, arguments: args })) return;
    this.objects.give(args);
    if (!source.leadsTo(destination)) this.#sources.get(destination)?.delete(source);
    if (this.#isUnused(source)) this.deleteExchange(source);
  }

  /** Routes and enqueues; `routed`: at least one queue, `refused`: one of them had no room. */
  publish(exchange: Exchange, message: Message): { routed: boolean; refused: boolean } {
    const queues = this.#route(exchange, message);
    let refused = false;
    for (const queue of queues) if (!queue.publish(message)) refused = true;
    return { routed: queues.length > 0, refused };
  }

  deadLetter(queue: Queue, message: Message, reason: DeathReason): void {
    const { deadLetterExchange } = queue.properties.settings;
    const exchange = deadLetterExchange === undefined ? undefined : this.exchanges.get(deadLetterExchange);
    if (exchange === undefined || this.#isDeadLetterFlood) return;
    this.#nesting++;
    this.#nested++;
    try {
      this.#publishDead(exchange, queue, message, reason);
    } finally {
      if (--this.#nesting === 0) this.#nested = 0;
    }
  }

  /**
   * Full queues that dead-letter to each other multiply a message, n of them up to n! times, and nobody can be held back
   * for it: beyond these bounds the letters are lost.
   */
  get #isDeadLetterFlood(): boolean {
    return (
      this.#nesting >= maxNesting || this.#nested >= maxNested || this.memory.used > maxOvershoot * this.memory.limit
    );
  }

  #publishDead(exchange: Exchange, queue: Queue, message: Message, reason: DeathReason): void {
    const routingKey = queue.properties.settings.deadLetterRoutingKey;
    const dead = deadLetter(message, { reason, queue: queue.name, exchange: exchange.name, routingKey });
    this.counters.deadLettered++;
    const { headers } = dead;
    for (const target of this.#route(exchange, dead)) {
      if (!isCycle(headers, target.name)) target.publish(dead);
    }
  }

  /** All queues that a message reaches: through exchanges bound to exchanges, or the alternate where one matches nothing. */
  #route(start: Exchange, message: Message): Queue[] {
    if (start.name === "") return this.#named(message);
    const { keys } = message;
    const queues = new Set<Queue>();
    let headers: Table | undefined;
    const decoded = (): Table => (headers ??= message.headers);
    const seen = new Set<Exchange>([start]);
    for (const exchange of seen) {
      let matched = false;
      const visit = (destination: Destination): void => {
        matched = true;
        if (destination.kind === "queue") queues.add(destination);
        else seen.add(destination);
      };
      for (const key of keys) for (const destination of exchange.match(key, decoded)) visit(destination);
      const alternate =
        matched || exchange.alternate === undefined ? undefined : this.exchanges.get(exchange.alternate);
      if (alternate !== undefined) {
        if (alternate.name === "") for (const queue of this.#route(alternate, message)) queues.add(queue);
        else seen.add(alternate);
      }
    }
    return [...queues];
  }

  /** The default exchange: a key is a queue's name. */
  #named({ routingKey, copies }: Message): Queue[] {
    const keys = copies.length === 0 ? [routingKey] : new Set([routingKey, ...copies]);
    const queues: Queue[] = [];
    for (const key of keys) {
      const queue = this.queues.get(key);
      if (queue !== undefined) queues.push(queue);
    }
    return queues;
  }

  /** Takes a destination out of all exchanges; returns those of auto-delete that have no binding left. */
  #unbindFromAll(destination: Destination): Exchange[] {
    const sources = [...(this.#sources.get(destination) ?? [])];
    this.#sources.delete(destination);
    for (const source of sources) {
      for (const binding of source.unbindAll(destination)) this.objects.give(binding.arguments);
    }
    return sources.filter((source) => this.#isUnused(source));
  }

  #isUnused(exchange: Exchange): boolean {
    const live = this.exchanges.get(exchange.name) === exchange;
    return live && exchange.properties.autoDelete && exchange.bindingCount === 0;
  }

  #equivalence(what: string) {
    const where = `${what} in vhost '${this.name}'`;
    const refuse = (name: string, difference: string): never => {
      throw new AmqpError("PRECONDITION_FAILED", `inequivalent arg '${name}' for ${where}: ${difference}`);
    };
    return {
      property(name: string, received: boolean | string, current: boolean | string): void {
        if (received !== current) refuse(name, `received '${received}' but current is '${current}'`);
      },
      arguments(received: Table, current: Table, names: readonly string[]): void {
        for (const name of names) {
          const [theirs, ours] = [received.get(name), current.get(name)];
          if (sameField(theirs, ours)) continue;
          refuse(name, difference(theirs, ours));
        }
      },
    };
  }
}

/** The arguments that make two declarations of a queue differ; RabbitMQ ignores others. */
const queueArguments = [
  "x-expires",
  "x-message-ttl",
  "x-dead-letter-exchange",
  "x-dead-letter-routing-key",
  "x-dead-letter-strategy",
  "x-max-length",
  "x-max-length-bytes",
  "x-max-in-memory-length",
  "x-max-priority",
  "x-overflow",
  "x-queue-mode",
  "x-queue-version",
  "x-single-active-consumer",
  "x-queue-type",
  "x-delivery-limit",
];
