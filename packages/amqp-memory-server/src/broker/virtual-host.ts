import { emptyTable, sameField, type Table } from "../codec/fields.ts";
import { difference } from "../erlang.ts";
import { AmqpError } from "../errors.ts";
import { type DeathReason, deadLetter, isCycle } from "./dead-letter.ts";
import { type Binding, type Destination, Exchange, type ExchangeProperties, type ExchangeType } from "./exchange.ts";
import type { Counters, MemoryGauge } from "./memory.ts";
import type { Message } from "./message.ts";
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

/** The queues, exchanges and bindings of one virtual host, and the way of a message through them. */
export class VirtualHost implements QueueHost {
  readonly name: string;
  readonly memory: MemoryGauge;
  readonly counters: Counters;
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  /** Queues, exchanges and bindings made by clients. */
  #objects = 0;
  readonly #maxObjects: number;

  constructor(name: string, memory: MemoryGauge, counters: Counters, maxObjects: number) {
    this.name = name;
    this.memory = memory;
    this.counters = counters;
    this.#maxObjects = maxObjects;
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
      this.#count(1);
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

  deleteExchange(exchange: Exchange): void {
    this.exchanges.delete(exchange.name);
    this.#count(-1 - exchange.bindingCount);
    this.#unbindFromAll(exchange);
  }

  /** Makes a queue. `owner`: the connection, where it is exclusive. */
  declareQueue(name: string, properties: QueueProperties, owner: object | undefined): Queue {
    this.#count(1);
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
    this.#count(-1);
    this.#unbindFromAll(queue);
    return queue.delete();
  }

  dropQueue(queue: Queue): void {
    this.deleteQueue(queue);
  }

  bind(source: Exchange, binding: Binding): void {
    if (source.bind(binding)) this.#count(1);
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
    this.#count(-1);
    this.#deleteIfUnused(source);
  }

  /** Routes and enqueues; `routed`: at least one queue, `refused`: one of them had no room. */
  publish(exchange: Exchange, message: Message): { routed: boolean; refused: boolean } {
    const queues = this.#route(exchange, message);
    let refused = false;
    for (const queue of queues) if (!queue.publish(message)) refused = true;
    return { routed: queues.size > 0, refused };
  }

  deadLetter(queue: Queue, message: Message, reason: DeathReason): void {
    const { deadLetterExchange, deadLetterRoutingKey } = queue.properties.settings;
    const exchange = deadLetterExchange === undefined ? undefined : this.exchanges.get(deadLetterExchange);
    if (exchange === undefined) return;
    const dead = deadLetter(message, {
      reason,
      queue: queue.name,
      exchange: exchange.name,
      routingKey: deadLetterRoutingKey,
    });
    this.counters.deadLettered++;
    for (const target of this.#route(exchange, dead)) {
      if (!isCycle(dead, target.name)) target.publish(dead);
    }
  }

  /** All queues that a message reaches: through exchanges bound to exchanges, or the alternate where one matches nothing. */
  #route(start: Exchange, message: Message): Set<Queue> {
    const { keys } = message;
    const queues = new Set<Queue>();
    if (start.name === "") {
      for (const key of keys) {
        const queue = this.queues.get(key);
        if (queue !== undefined) queues.add(queue);
      }
      return queues;
    }
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
    return queues;
  }

  #unbindFromAll(destination: Destination): void {
    for (const source of [...this.exchanges.values()]) {
      const removed = source.unbindAll(destination);
      if (removed === 0) continue;
      this.#count(-removed);
      this.#deleteIfUnused(source);
    }
  }

  #deleteIfUnused(exchange: Exchange): void {
    const live = this.exchanges.get(exchange.name) === exchange;
    if (live && exchange.properties.autoDelete && exchange.bindingCount === 0) this.deleteExchange(exchange);
  }

  #count(change: number): void {
    if (change > 0 && this.#objects + change > this.#maxObjects) {
      throw new AmqpError(
        "RESOURCE_ERROR",
        `vhost '${this.name}' holds ${this.#objects} queues, exchanges and bindings, its limit is ${this.#maxObjects}`,
      );
    }
    this.#objects += change;
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
