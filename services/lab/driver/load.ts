import { setImmediate, setTimeout } from "node:timers/promises";
import { Metronome } from "./metronome.ts";
import type { Tally } from "./tally.ts";

interface Load {
  /** ms in which calls are begun; those in flight are waited for. */
  readonly duration: number;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

type Ask = () => Promise<unknown>;

/** So many callers, each of whom asks again when it was answered. */
export async function closedLoop(ask: Ask, load: Load & { readonly concurrency: number }): Promise<void> {
  const { tally, concurrency, duration, signal } = load;
  const end = performance.now() + duration;
  const caller = async () => {
    while (performance.now() < end && !signal.aborted) {
      const began = performance.now();
      try {
        await ask();
        tally.answered(performance.now() - began);
      } catch (error) {
        tally.failed(error);
        await setImmediate(); // What fails at once would leave no turn to anything else.
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

/** Calls that may wait for their answers; what is due beyond them is not sent, and counted. */
const MAX_IN_FLIGHT = 10_000;

/** What tells the time and waits; ms. */
export interface Clock {
  now(): number;
  /** Resolves at that moment or after it. */
  until(moment: number): Promise<void>;
  stop(): Promise<void>;
}

/** Timers come up to 2 ms late: the last of a wait is for the metronome. */
class BeatenClock implements Clock {
  readonly #metronome = new Metronome();
  #turn = performance.now();

  /** Its thread takes a moment to be there. */
  static async start(): Promise<Clock> {
    const clock = new BeatenClock();
    await clock.#metronome.beat();
    return clock;
  }

  now(): number {
    return performance.now();
  }

  /** What is due already goes at once, as long as that leaves a turn to the answers a thousand times a second. */
  async until(moment: number): Promise<void> {
    const wait = moment - performance.now();
    if (wait <= 0 && performance.now() - this.#turn < 1) return;
    if (wait > 3) await setTimeout(wait - 2);
    else if (wait <= 0) await setImmediate();
    while (performance.now() < moment) await this.#metronome.beat();
    this.#turn = performance.now();
  }

  stop(): Promise<void> {
    return this.#metronome.stop();
  }
}

/**
 * Calls at a fixed rate, whether those before were answered or not. The latency counts from when a call was due: a service
 * that stands still for a moment delays all that are due meanwhile, which callers who wait for their answers would not see.
 * @returns ms from when the first call was due to when the next would have been, or to the last answer when that is later
 */
export async function openLoop(ask: Ask, load: Load & { readonly rate: number }, given?: Clock): Promise<number> {
  const { tally, rate, duration, signal } = load;
  const clock = given ?? (await BeatenClock.start());
  const count = Math.max(1, Math.round((rate * duration) / 1000));
  const began = clock.now();
  const inFlight = new Set<Promise<void>>();
  const call = async (due: number) => {
    try {
      await ask();
      tally.answered(clock.now() - due);
    } catch (error) {
      tally.failed(error);
    }
  };
  for (let index = 0; index < count && !signal.aborted; index++) {
    const due = began + (index * 1000) / rate;
    await clock.until(due);
    if (inFlight.size >= MAX_IN_FLIGHT) tally.notSent();
    else {
      const under = call(due).finally(() => inFlight.delete(under));
      inFlight.add(under);
    }
  }
  await Promise.all(inFlight);
  const took = Math.max(clock.now() - began, duration);
  await clock.stop();
  return took;
}

/** So many streams at once; each takes what it can until the time is over, and is answered with a count. */
export async function streams(
  stream: (each: Iterable<object>) => Promise<number>,
  params: object,
  load: Load & { readonly concurrency: number },
): Promise<void> {
  const { tally, concurrency, duration, signal } = load;
  const end = performance.now() + duration;
  function* each() {
    while (performance.now() < end && !signal.aborted) yield params;
  }
  const one = async () => {
    try {
      tally.served(await stream(each()));
    } catch (error) {
      tally.failed(error);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

/** So many publishers, each of whom goes on when the broker has confirmed; together they stop at the limit. */
export async function published(
  publish: Ask,
  load: Load & { readonly concurrency: number; readonly limit: number },
): Promise<void> {
  const { tally, concurrency, duration, limit, signal } = load;
  const end = performance.now() + duration;
  let begun = 0;
  const publisher = async () => {
    while (begun++ < limit && performance.now() < end && !signal.aborted) {
      try {
        await publish();
        tally.served(1);
      } catch (error) {
        tally.failed(error);
        await setImmediate();
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, publisher));
}

/** How often nodes are asked whether they have come to the last message, ms. */
const POLL = 10;

/**
 * Waits until the nodes have come to every message that was published; what they have not come to in time has expired.
 * @param load patience: how long they may take, ms
 */
export async function untilServed(
  served: () => Promise<number>,
  { tally, signal, patience }: Pick<Load, "tally" | "signal"> & { readonly patience: number },
): Promise<void> {
  const end = performance.now() + patience;
  let done = await served();
  while (done < tally.calls && performance.now() < end && !signal.aborted) {
    await setTimeout(POLL);
    done = await served();
  }
  tally.expired(tally.calls - done);
}
