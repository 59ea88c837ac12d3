import type { QueuedMessage } from "./queue.ts";

/**
 * The messages of a queue that wait for a consumer, in order of position, highest priority first. Taking from the head,
 * appending, and putting back what was taken a short while ago cost constant time.
 */
export class ReadyList {
  /** Messages in the list. */
  length = 0;
  /** By priority; a lane is made when its first message comes. */
  readonly #lanes: (Lane | undefined)[];

  /** @param maxPriority the highest priority that is told apart (0: plain first in, first out) */
  constructor(maxPriority = 0) {
    this.#lanes = new Array(maxPriority + 1).fill(undefined);
  }

  push(entry: QueuedMessage): void {
    this.#lane(entry).push(entry);
    this.length++;
  }

  /** Puts messages back where they stood. */
  restore(entries: readonly QueuedMessage[]): void {
    const groups = new Map<Lane, QueuedMessage[]>();
    for (const entry of entries) {
      const lane = this.#lane(entry);
      const group = groups.get(lane);
      if (group === undefined) groups.set(lane, [entry]);
      else group.push(entry);
    }
    for (const [lane, group] of groups) lane.insert(group.sort((a, b) => a.position - b.position));
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
      if (lane === undefined) continue;
      for (let head = lane.peek(); head !== undefined && condition(head); head = lane.peek()) {
        lane.shift();
        this.length--;
        yield head;
      }
    }
  }

  /** The heads of all priorities: where the next to expire is found. */
  heads(): QueuedMessage[] {
    return this.#lanes.flatMap((lane) => lane?.peek() ?? []);
  }

  #lane(entry: QueuedMessage): Lane {
    const priority = Math.min(entry.message.priority, this.#lanes.length - 1);
    const lane = this.#lanes[priority] ?? new Lane();
    this.#lanes[priority] = lane;
    return lane;
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

  /** Puts messages back, in order of position: merges them with those at the head, as far as they reach. */
  insert(entries: readonly QueuedMessage[]): void {
    const last = this.#items.at(-1);
    if (last !== undefined && last.position < (entries[0]?.position ?? 0)) {
      for (const entry of entries) this.#items.push(entry);
      return;
    }
    if (this.#head < entries.length) this.#makeRoom(entries.length);
    let from = this.#head;
    this.#head -= entries.length;
    let to = this.#head;
    for (const entry of entries) {
      for (let next = this.#items[from]; next !== undefined && next.position < entry.position; ) {
        this.#items[to++] = next;
        next = this.#items[++from];
      }
      this.#items[to++] = entry;
    }
  }

  #makeRoom(least: number): void {
    const room = Math.max(16, least, this.#items.length);
    this.#items = new Array<QueuedMessage | undefined>(room).fill(undefined).concat(this.#items);
    this.#head += room;
  }
}
