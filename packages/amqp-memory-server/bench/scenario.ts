/** What scenarios have in common. */

export interface Round {
  readonly messages: number;
  readonly seconds: number;
}

/** Open connections that do rounds of work. */
export interface Load {
  round(): Promise<Round>;
  close(): Promise<void>;
}

export type Open = (url: string, connections: number) => Promise<Load>;

const roundSeconds = 1.2;
export const body: Buffer = Buffer.alloc(256, "x");
/** Messages that wait in the queues when consuming begins. */
export const toConsume = 30_000;

export const share = (total: number, connections: number): number => Math.max(1, Math.floor(total / connections));
export const each = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
export const queueName = (index: number): string => `bench.${index}`;

/** Runs the work until the time is up, and what is in flight to its end. */
export async function timed(work: (again: () => boolean) => Promise<number[]>): Promise<Round> {
  const started = performance.now();
  const until = started + roundSeconds * 1000;
  const done = await work(() => performance.now() < until);
  return {
    messages: done.reduce((sum, messages) => sum + messages, 0),
    seconds: (performance.now() - started) / 1000,
  };
}
