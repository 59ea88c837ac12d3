import assert from "node:assert/strict";
import { test } from "node:test";
import { CodedError } from "../../../errors/index.ts";
import { type Clock, closedLoop, openLoop, published, streams, untilServed } from "./load.ts";
import { Tally } from "./tally.ts";

/** Time that passes only when somebody waits for it. */
class TestClock implements Clock {
  #now = 1_000;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  now = () => this.#now;
  until = async (moment: number) => this.sleep(moment - this.#now);
  stop = async () => {};

  /** Others whose time comes first go first. */
  async sleep(ms: number): Promise<void> {
    const slept = new Promise<void>((wake) => this.#sleepers.push({ at: this.#now + ms, wake }));
    setImmediate(() => this.#wakeNext());
    await slept;
  }

  #wakeNext(): void {
    const next = this.#sleepers.sort((a, b) => a.at - b.at).shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }
}

const signal = new AbortController().signal;

test("with a fixed rate calls are due at even distances, whether those before were answered or not", async () => {
  const clock = new TestClock();
  const begun: number[] = [];
  const tally = new Tally();
  const ask = async () => {
    begun.push(clock.now() - 1_000);
    await clock.sleep(35);
  };
  const took = await openLoop(ask, { rate: 100, duration: 50, signal, tally }, clock);
  assert.deepEqual(begun, [0, 10, 20, 30, 40]);
  assert.equal(tally.calls, 5);
  assert.equal(took, 75, "until the last was answered");
});

test("when all are answered in time, then a fixed rate took as long as it was to last, so that the rate is what was carried", async () => {
  const clock = new TestClock();
  assert.equal(
    await openLoop(() => clock.sleep(1), { rate: 100, duration: 50, signal, tally: new Tally() }, clock),
    50,
  );
});

test("without another clock it keeps to the real time, with turns for others", async () => {
  const tally = new Tally();
  const begun: number[] = [];
  const ask = async () => void begun.push(performance.now());
  await openLoop(ask, { rate: 1_000, duration: 100, signal, tally });
  assert.equal(tally.calls, 100);
  const [first = 0] = begun;
  assert.ok(
    begun.every((at, index) => at - first > index - 20),
    "none goes before it is due",
  ); // The first may be late itself.
});

test("when the service stands still, then the latency of all that were due meanwhile counts from when they were due", async () => {
  const clock = new TestClock();
  const tally = new Tally();
  const opens = clock.now() + 100;
  const ask = () => clock.sleep(Math.max(0, opens - clock.now()));
  await openLoop(ask, { rate: 100, duration: 200, signal, tally }, clock);
  assert.equal(tally.calls, 20);
  const { p50 = 0, max = 0 } = tally.latency ?? {};
  // Half were due in the pause: they waited 100, 90, ... 10 ms; the others not at all.
  assert.ok(p50 < 11 && Math.abs(max - 100) < 1, `${p50} ${max}`);
});

test("what fails is counted by its code and has no latency; so many callers are in flight, and no more", async () => {
  const tally = new Tally();
  const stop = new AbortController();
  let inFlight = 0;
  let most = 0;
  let asked = 0;
  const ask = async () => {
    most = Math.max(most, ++inFlight);
    await new Promise(setImmediate);
    inFlight--;
    if (++asked === 40) stop.abort();
    if (asked % 4 === 0) throw new CodedError("TIMEOUT", "late");
    if (asked % 10 === 0) throw new TypeError("a mistake");
  };
  await closedLoop(ask, { concurrency: 3, duration: 60_000, signal: stop.signal, tally });
  assert.equal(most, 3);
  const { TIMEOUT = 0, INTERNAL = 0 } = tally.errors;
  assert.ok(TIMEOUT >= 10 && INTERNAL >= 2);
  assert.equal(tally.calls + TIMEOUT + INTERNAL, asked);
});

test("who is not answered one by one is counted, and has no latency; publishers stop at the limit", async () => {
  const streamed = new Tally();
  const count = async (each: Iterable<object>) => {
    let taken = 0;
    for (const _ of each) if (++taken === 7) break;
    return taken;
  };
  await streams(count, {}, { concurrency: 3, duration: 60_000, signal, tally: streamed });
  assert.equal(streamed.calls, 21);
  const sent = new Tally();
  await published(async () => {}, { concurrency: 4, duration: 60_000, limit: 10, signal, tally: sent });
  assert.equal(sent.calls, 10);
  assert.deepEqual([streamed.latency, sent.latency], [undefined, undefined]);
});

test("when nodes never come to some of the messages, then the wait ends, and those count as late", async () => {
  const tally = new Tally();
  tally.served(10);
  const served = [0, 4, 7];
  await untilServed(async () => served.shift() ?? 7, { tally, signal, patience: 60 });
  assert.deepEqual([tally.calls, tally.errors], [7, { TIMEOUT: 3 }]);
  // Others called the same nodes meanwhile.
  await untilServed(async () => 12, { tally, signal, patience: 60 });
  assert.deepEqual([tally.calls, tally.errors], [7, { TIMEOUT: 3 }]);
});
