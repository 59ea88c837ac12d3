import type { Table } from "../codec/fields.ts";
import { emptyTable, long } from "../codec/fields.ts";
import { withHeaders } from "../codec/properties.ts";
import { type Consumer, ConsumerRing } from "./consumers.ts";
import type { DeathReason } from "./dead-letter.ts";
import type { Counters, MemoryGauge } from "./memory.ts";
import type { Message } from "./message.ts";
import type { ObjectCount } from "./object-count.ts";
import type { QueueSettings } from "./queue-arguments.ts";
import { ReadyList } from "./ready-list.ts";

/** setTimeout's own bound; longer waits are made of several. */
const maxTimer = 2_147_483_647;

/** Positions of returned messages start here: before those of all others. */
const firstReturn = -Number.MAX_SAFE_INTEGER;

/** A message in a queue: waiting, or handed out and not yet settled. */
export class QueuedMessage {
  readonly message: Message;
  /** Where it stands: lower is nearer to the head. */
  position: number;
  readonly expiresAt: number;
  redelivered = false;
  /** Times it was handed out and came back. */
  returns = 0;

  constructor(message: Message, position: number, expiresAt: number) {
    this.message = message;
    this.position = position;
    this.expiresAt = expiresAt;
  }
}

const canTake = (consumer: QueueConsumer): boolean => consumer.canTake();

/** A queue's view of a consumer: the channel's side of it decides when it can take more. */
export interface QueueConsumer extends Consumer {
  canTake(): boolean;
  take(entry: QueuedMessage): void;
  /** The queue is gone. */
  queueDeleted(): void;
}

export interface QueueProperties {
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Table;
  readonly settings: QueueSettings;
}

/** What a queue asks of the virtual host it is in. */
export interface QueueHost {
  readonly memory: MemoryGauge;
  readonly counters: Counters;
  readonly objects: ObjectCount;
  deadLetter(queue: Queue, message: Message, reason: DeathReason): void;
  /** The queue has no more reason to be: auto-delete or x-expires. */
  dropQueue(queue: Queue): void;
}

/** An ordered buffer of messages with its consumers. All of it happens in one turn; nothing waits. */
export class Queue {
  readonly kind = "queue";
  readonly name: string;
  readonly properties: QueueProperties;
  /** The connection that declared it exclusively. */
  readonly owner: object | undefined;
  readonly consumers: ConsumerRing<QueueConsumer>;
  deleted = false;
  /** Bytes of the bodies that wait. */
  readyBytes = 0;
  unacked = 0;
  readonly #host: QueueHost;
  readonly #ready: ReadyList;
  #nextPosition = 0;
  #nextReturn = firstReturn;
  /** Whether one of the waiting messages has a time to live. */
  #mayExpire = false;
  #pumping = false;
  #expiryTimer: NodeJS.Timeout | undefined;
  #expiryAt = Number.POSITIVE_INFINITY;
  #unusedTimer: NodeJS.Timeout | undefined;

  constructor(name: string, properties: QueueProperties, host: QueueHost, owner: object | undefined) {
    this.name = name;
    this.properties = properties;
    this.owner = owner;
    this.#host = host;
    this.#ready = new ReadyList(properties.settings.maxPriority);
    this.consumers = new ConsumerRing(properties.settings.singleActiveConsumer);
    this.touch();
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** Takes a message in; false where x-overflow has it refused. */
  publish(message: Message): boolean {
    const { overflow } = this.properties.settings;
    if (overflow !== "drop-head" && this.#isOver(1, message.body.length)) {
      if (overflow === "reject-publish-dlx") this.#host.deadLetter(this, message, "maxlen");
      return false;
    }
    const entry = new QueuedMessage(message, this.#nextPosition++, this.#expiry(message));
    if (entry.expiresAt !== Number.POSITIVE_INFINITY) this.#mayExpire = true;
    this.#host.memory.add(message.cost);
    this.#ready.push(entry);
    this.readyBytes += message.body.length;
    // Alone in the queue it goes to a waiting consumer whatever its TTL, even if that is 0.
    this.#serve(this.#ready.length > 1);
    this.#trim();
    return true;
  }

  /** The head, for basic.get. */
  get(): QueuedMessage | undefined {
    this.touch();
    this.#expireHeads();
    const entry = this.#handOut();
    this.#scheduleExpiry();
    return entry;
  }

  addConsumer(consumer: QueueConsumer): void {
    this.#host.objects.take(emptyTable);
    this.consumers.add(consumer);
    this.touch();
    this.pump();
  }

  removeConsumer(consumer: QueueConsumer): void {
    if (!this.consumers.delete(consumer)) return;
    this.#host.objects.give(emptyTable);
    if (this.consumers.size > 0) return this.pump();
    if (this.properties.autoDelete) this.#host.dropQueue(this);
    else this.touch();
  }

  /** A consumer that could not take messages can again. */
  wake(consumer: QueueConsumer): void {
    this.consumers.wake(consumer);
    this.pump();
  }

  /** Messages done with: acknowledged, or delivered to a consumer that does not acknowledge. */
  settle(entry: QueuedMessage): void {
    this.unacked--;
    this.#host.memory.add(-entry.message.cost);
  }

  /** Messages that a consumer refused for good. */
  discard(entry: QueuedMessage, reason: DeathReason): void {
    this.settle(entry);
    if (!this.deleted) this.#host.deadLetter(this, entry.message, reason);
  }

  /** Messages that come back unsettled: they stand where they stood, unless their delivery limit is reached. */
  requeue(entries: readonly QueuedMessage[]): void {
    if (this.deleted) {
      for (const entry of entries) this.settle(entry);
      return;
    }
    const { deliveryLimit } = this.properties.settings;
    const kept: QueuedMessage[] = [];
    for (const entry of entries) {
      entry.redelivered = true;
      entry.returns++;
      if (deliveryLimit !== undefined && entry.returns > deliveryLimit) this.discard(entry, "delivery_limit");
      else kept.push(entry);
    }
    if (this.properties.settings.quorum) for (const entry of kept) entry.position = this.#returnPosition();
    this.unacked -= kept.length;
    for (const { message, expiresAt } of kept) {
      this.readyBytes += message.body.length;
      if (expiresAt !== Number.POSITIVE_INFINITY) this.#mayExpire = true;
    }
    this.#ready.restore(kept);
    this.#trim();
    this.pump();
  }

  /** Removes what waits; returns how many. */
  purge(): number {
    let purged = 0;
    for (const entry of this.#ready.shiftWhile(() => true)) {
      this.#forget(entry);
      purged++;
    }
    return purged;
  }

  /** Ends the queue: what waits is lost, consumers are told. Returns how many messages waited. */
  delete(): number {
    this.deleted = true;
    clearTimeout(this.#expiryTimer);
    clearTimeout(this.#unusedTimer);
    const purged = this.purge();
    for (const consumer of [...this.consumers]) {
      this.consumers.delete(consumer);
      this.#host.objects.give(emptyTable);
      consumer.queueDeleted();
    }
    return purged;
  }

  /** Restarts the clock of x-expires: the queue is in use. */
  touch(): void {
    const { expires } = this.properties.settings;
    if (expires === undefined) return;
    clearTimeout(this.#unusedTimer);
    if (this.consumers.size > 0) return;
    const until = Date.now() + expires;
    const wait = (): void => {
      const left = until - Date.now();
      if (left > 0) this.#unusedTimer = setTimeout(wait, Math.min(left, maxTimer)).unref();
      else this.#host.dropQueue(this);
    };
    wait();
  }

  /** Hands out messages for as long as somebody can take one. */
  pump(): void {
    this.#serve(true);
  }

  #serve(expire: boolean): void {
    // A consumer that takes a message can make the queue pump again: the outer loop does it.
    if (this.#pumping || this.#ready.length === 0) return;
    this.#pumping = true;
    try {
      if (expire) this.#expireHeads();
      while (this.#ready.length > 0) {
        const consumer = this.consumers.next(canTake);
        if (consumer === undefined) break;
        const entry = this.#handOut();
        if (entry === undefined) break;
        consumer.take(entry);
      }
    } finally {
      this.#pumping = false;
    }
    this.#scheduleExpiry();
  }

  /** The message as a consumer gets it: a quorum queue counts its returns in a header. */
  outgoing(entry: QueuedMessage): Message {
    if (!this.properties.settings.quorum) return entry.message;
    return entry.message.withHeaders(withHeaders(entry.message.headers, [["x-delivery-count", long(entry.returns)]]));
  }

  #handOut(): QueuedMessage | undefined {
    const entry = this.#ready.shift();
    if (entry === undefined) return undefined;
    this.readyBytes -= entry.message.body.length;
    this.unacked++;
    this.#host.counters.delivered++;
    if (entry.redelivered) this.#host.counters.redelivered++;
    return entry;
  }

  #isOver(messages: number, bytes: number): boolean {
    const { maxLength, maxLengthBytes } = this.properties.settings;
    return (
      (maxLength !== undefined && this.#ready.length + messages > maxLength) ||
      (maxLengthBytes !== undefined && this.readyBytes + bytes > maxLengthBytes)
    );
  }

  /** Drops from the head what is more than the queue may hold. */
  #trim(): void {
    while (this.#ready.length > 0 && this.#isOver(0, 0)) {
      const entry = this.#ready.shift();
      if (entry === undefined) return;
      this.#forget(entry);
      this.#host.deadLetter(this, entry.message, "maxlen");
    }
  }

  /** RabbitMQ's quorum queues put what is returned at the end, or, where they count returns, before all else in turn. */
  #returnPosition(): number {
    if (this.properties.settings.deliveryLimit === undefined) return this.#nextPosition++;
    return this.#nextReturn++;
  }

  /** Gives up what a waiting message held. */
  #forget(entry: QueuedMessage): void {
    this.readyBytes -= entry.message.body.length;
    this.#host.memory.add(-entry.message.cost);
  }

  #expiry(message: Message): number {
    const ttl = Math.min(
      message.expiration ?? Number.POSITIVE_INFINITY,
      this.properties.settings.messageTtl ?? Number.POSITIVE_INFINITY,
    );
    return ttl === Number.POSITIVE_INFINITY ? ttl : Date.now() + ttl;
  }

  /** Messages expire at the head only, as in RabbitMQ: one behind a longer-lived one waits for it. */
  #expireHeads(): void {
    if (!this.#mayExpire) return;
    const now = Date.now();
    for (const entry of this.#ready.shiftWhile(({ expiresAt }) => expiresAt <= now)) {
      this.#forget(entry);
      this.#host.deadLetter(this, entry.message, "expired");
    }
  }

  /** Sets the timer for the head that expires first, where that has changed. */
  #scheduleExpiry(): void {
    if (!this.#mayExpire) return;
    if (this.#ready.length === 0) this.#mayExpire = false;
    const next = Math.min(...this.#ready.heads().map(({ expiresAt }) => expiresAt), Number.POSITIVE_INFINITY);
    if (next === this.#expiryAt) return;
    clearTimeout(this.#expiryTimer);
    this.#expiryAt = next;
    if (this.deleted || next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(0, this.#expiryAt - Date.now()), maxTimer);
    this.#expiryTimer = setTimeout(() => {
      this.#expiryAt = Number.POSITIVE_INFINITY;
      this.#expireHeads();
      this.#scheduleExpiry();
    }, wait).unref();
  }
}
