import { setTimeout as delay } from "node:timers/promises";

/** Whether what was asked for was accepted; if not, it may have been done all the same, but not twice. */
type Accepted = boolean;

/** For each id what became of its request. */
export type Page = ReadonlyMap<string, Accepted>;

interface Way {
  /** @throws Error when the answer is none that a client should ever get */
  ask(id: string): Promise<Accepted>;
  /** Of 20 requests, so many are of this kind. */
  readonly share: number;
}

/** Time between two requests, ms. */
const INTERVAL = 50;

/** A small steady load of several kinds, and the books of it. */
export class Load<Kind extends string> {
  readonly pages: Readonly<Record<Kind, Map<string, Accepted>>>;
  /** What no client should ever have got. */
  readonly faults: string[] = [];
  /** The longest that a client waited, ms. */
  slowest = 0;
  readonly #ways: Readonly<Record<Kind, Way>>;
  readonly #order: readonly Kind[];
  readonly #open = new Set<Promise<void>>();
  #timer?: NodeJS.Timeout;
  #count = 0;

  constructor(ways: Readonly<Record<Kind, Way>>) {
    this.#ways = ways;
    const kinds = Object.keys(ways) as Kind[];
    this.pages = Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as Record<Kind, Map<string, Accepted>>;
    const all = kinds.flatMap((kind) =>
      Array.from({ length: ways[kind].share }, (_, n) => ({ kind, at: (n + 0.5) / ways[kind].share })),
    );
    this.#order = all.sort((one, other) => one.at - other.at).map(({ kind }) => kind);
  }

  start(): void {
    this.#timer = setInterval(() => {
      const kind = this.#order[this.#count % this.#order.length] as Kind;
      const work = this.#ask(kind, `${kind}-${this.#count++}`).finally(() => this.#open.delete(work));
      this.#open.add(work);
    }, INTERVAL);
  }

  /** Resolves when the last answer is there. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  /** For so long, ms, it goes on undisturbed. */
  lasts(time: number): Promise<void> {
    return delay(time);
  }

  async #ask(kind: Kind, id: string): Promise<void> {
    const begun = performance.now();
    try {
      this.pages[kind].set(id, false);
      this.pages[kind].set(id, await this.#ways[kind].ask(id));
    } catch (error) {
      this.faults.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.slowest = Math.max(this.slowest, performance.now() - begun);
  }
}

/** What does not add up: what was accepted must be found once, what was not at most once. */
export function differences(page: Page, found: readonly unknown[]): string[] {
  const counts = new Map<unknown, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...page].flatMap(([id, accepted]) => {
    const count = counts.get(id) ?? 0;
    if (count === 1 || (count === 0 && !accepted)) return [];
    return [`${id} was ${accepted ? "" : "not "}accepted and is there ${count} times`];
  });
}
