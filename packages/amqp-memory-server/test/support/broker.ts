import { Counters, MemoryGauge } from "../../src/broker/memory.ts";
import { Message } from "../../src/broker/message.ts";
import { ObjectCount } from "../../src/broker/object-count.ts";
import { Queue, type QueueConsumer, type QueuedMessage, type QueueHost } from "../../src/broker/queue.ts";
import { queueSettings } from "../../src/broker/queue-arguments.ts";
import { ByteWriter } from "../../src/codec/bytes.ts";
import { type Field, type Table, table } from "../../src/codec/fields.ts";
import { changeProperties } from "../../src/codec/properties.ts";

export type Arguments = Record<string, Field>;

export const entries = (args: Arguments): Table => {
  const field = table(Object.entries(args));
  return field.type === "table" ? field.value : new Map();
};

const none = Buffer.alloc(2);

/** A property list with a priority, an expiration and headers, where they are given. */
export function properties(given: { priority?: number; expiration?: string; headers?: Arguments } = {}): Buffer {
  const writer = new ByteWriter();
  const flags = (given.priority === undefined ? 0 : 1 << 11) | (given.expiration === undefined ? 0 : 1 << 8);
  writer.uint16(flags);
  if (given.priority !== undefined) writer.uint8(given.priority);
  if (given.expiration !== undefined) writer.shortstr(given.expiration);
  const list = writer.written();
  return given.headers === undefined ? list : changeProperties(list, { headers: entries(given.headers) });
}

export function message(body: string, list: Buffer = none, routingKey = "key", exchange = ""): Message {
  return new Message(exchange, routingKey, { body: Buffer.from(body), properties: list });
}

/** What a queue asks for, with what it asked. */
export class TestHost implements QueueHost {
  readonly memory = new MemoryGauge(1_000_000, () => {});
  readonly counters = new Counters();
  readonly objects = new ObjectCount("/", 1000);
  readonly dead: string[] = [];
  readonly dropped: string[] = [];

  deadLetter(queue: Queue, dead: Message, reason: string): void {
    this.dead.push(`${dead.body} ${reason} in ${queue.name}`);
  }

  dropQueue(queue: Queue): void {
    this.dropped.push(queue.name);
    queue.delete();
  }
}

export function queue(host: QueueHost, args: Arguments = {}, flags: { autoDelete?: boolean } = {}): Queue {
  const settings = queueSettings(entries(args), "queue 'q' in vhost '/'");
  const declared = { durable: false, autoDelete: false, exclusive: false, ...flags };
  return new Queue("q", { ...declared, arguments: entries(args), settings }, host, undefined);
}

/** A consumer with a limit, which keeps what it takes. */
export class TestConsumer implements QueueConsumer {
  readonly tag: string;
  readonly priority: number;
  readonly exclusive = false;
  readonly taken: QueuedMessage[] = [];
  limit: number;
  cancelled = false;

  constructor(tag: string, { priority = 0, limit = Number.POSITIVE_INFINITY } = {}) {
    this.tag = tag;
    this.priority = priority;
    this.limit = limit;
  }

  get bodies(): string {
    return this.taken.map(({ message }) => message.body.toString()).join(" ");
  }

  canTake(): boolean {
    return this.taken.length < this.limit;
  }

  take(entry: QueuedMessage): void {
    this.taken.push(entry);
  }

  queueDeleted(): void {
    this.cancelled = true;
  }
}
