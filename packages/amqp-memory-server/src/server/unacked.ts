import type { Queue, QueuedMessage } from "../broker/queue.ts";
import { AmqpError } from "../errors.ts";
import type { ChannelConsumer } from "./channel-consumer.ts";

/** A message in a client's hands. */
export interface Delivery {
  readonly tag: number;
  readonly queue: Queue;
  readonly entry: QueuedMessage;
  /** None: it was fetched by basic.get. */
  readonly consumer: ChannelConsumer | undefined;
}

/** What a channel has received and not settled, by delivery tag, oldest first. */
export class Unacked {
  readonly #deliveries = new Map<number, Delivery>();
  /** Those that count against the prefetch limits: the ones that consumers took. */
  consumed = 0;

  get size(): number {
    return this.#deliveries.size;
  }

  add(delivery: Delivery): void {
    this.#deliveries.set(delivery.tag, delivery);
    if (delivery.consumer === undefined) return;
    this.consumed++;
    delivery.consumer.unacked++;
  }

  /** Takes out one delivery, or all up to a tag (0: all). A tag that is not there is the client's error. */
  take(tag: number, multiple: boolean): Delivery[] {
    const taken = multiple ? this.#upTo(tag) : this.#one(tag);
    if (taken.length === 0 && !(multiple && tag === 0)) {
      throw new AmqpError("PRECONDITION_FAILED", `unknown delivery tag ${tag}`);
    }
    for (const delivery of taken) this.#remove(delivery);
    return taken;
  }

  takeAll(): Delivery[] {
    return this.take(0, true);
  }

  #one(tag: number): Delivery[] {
    const found = this.#deliveries.get(tag);
    return found === undefined ? [] : [found];
  }

  #upTo(tag: number): Delivery[] {
    const found: Delivery[] = [];
    for (const delivery of this.#deliveries.values()) {
      if (tag !== 0 && delivery.tag > tag) break;
      found.push(delivery);
    }
    return found;
  }

  #remove(delivery: Delivery): void {
    this.#deliveries.delete(delivery.tag);
    if (delivery.consumer === undefined) return;
    this.consumed--;
    delivery.consumer.unacked--;
  }
}

/** Gives messages back to their queues, each queue's together, so that they find their old places. */
export function requeue(deliveries: readonly Delivery[]): void {
  const byQueue = new Map<Queue, QueuedMessage[]>();
  for (const { queue, entry } of deliveries) {
    const entries = byQueue.get(queue);
    if (entries === undefined) byQueue.set(queue, [entry]);
    else entries.push(entry);
  }
  for (const [queue, entries] of byQueue) queue.requeue(entries);
}
