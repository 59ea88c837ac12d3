import type { QueuedMessage } from "./queue.ts";

/**
 * The messages of a queue that wait for a consumer, in order of position, highest priority first. Taking from the head,
 * appending, and putting back what was taken a short while ago cost constant time.
 */
export class ReadyList {
  /** Messages in the list. */
  length = 0;
  readonly #lanes: Lane[];

  /** @param maxPriority the highest priority that is told apart (0: plain first in, first out) */
  constructor(maxPriority = 0) {
    this.#lanes = Array.from({ length: maxPriority + 1 }, () => new Lane());
  }

  push(entry: QueuedMessage): void {
    this.#lane(entry).push(entry);
    this.length++;
  }

  /** Puts messages back where they stood. */
  restore(entries: readonly QueuedMessage[]): void {
    // From the last to the first: each then goes right before the head.
    const descending = [...entries].sort((a, b) => b.position - a.position);
    for (const entry of descending) this.#lane(entry).insert(entry);
    this.length += entries.length;
  }

  peek(): QueuedMessage | undefined {
    return this.#first()?.peek();
  }

  shift(): QueuedMessage | undefined {
    const entry = this.#first()?.shift();
    if (entry !== undefined) this.length--;
    return entry;
  }

  /** Removes and yields messages from the head of each priority for as long as `condition` holds. */
  *shiftWhile(condition: (entry: QueuedMessage) => boolean): Generator<QueuedMessage> {
    for (const lane of this.#lanes) {
      for (let head = lane.peek(); head !== undefined && condition(head); head = lane.peek()) {
        lane.shift();
        this.length--;
        yield head;
      }
    }
  }

  /** The heads of all priorities: where the next to expire is found. */
  heads(): QueuedMessage[] {
    return this.#lanes.flatMap((lane) => lane.peek() ?? []);
  }

  #lane(entry: QueuedMessage): Lane {
    return this.#lanes[Math.min(entry.message.priority, this.#lanes.length - 1)] as Lane;
  }

  #first(): Lane | undefined {
    if (this.length === 0) return undefined;
    for (let priority = this.#lanes.length - 1; priority >= 0; priority--) {
      const lane = this.#lanes[priority];
      if (lane?.peek() !== undefined) return lane;
    }
    return undefined;
  }
}

/** One priority: an array whose free slots before the head take back what is requeued. */
class Lane {
  #items: (QueuedMessage | undefined)[] = [];
  #head = 0;

  push(entry: QueuedMessage): void {
    this.#items.push(entry);
  }

  peek(): QueuedMessage | undefined {
    return this.#items[this.#head];
  }

  shift(): QueuedMessage | undefined {
    const entry = this.#items[this.#head];
    if (entry === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Puts a message back: those with a lower position move one slot to the left to make room. */
  insert(entry: QueuedMessage): void {
    if (this.#head === 0) this.#makeRoom();
    let at = --this.#head;
    for (
      let next = this.#items[at + 1];
      next !== undefined && next.position < entry.position;
      next = this.#items[at + 1]
    ) {
      this.#items[at++] = next;
    }
    this.#items[at] = entry;
  }

  #makeRoom(): void {
    const room = Math.max(16, this.#items.length);
    this.#items = new Array<QueuedMessage | undefined>(room).fill(undefined).concat(this.#items);
    this.#head = room;
  }
}
