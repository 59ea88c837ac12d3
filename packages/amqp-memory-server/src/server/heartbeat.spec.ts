import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { startHeartbeat } from "./heartbeat.ts";

/** A connection of which the test says what passed over it. */
class Line {
  received = 0;
  sent = 0;
  held = false;
  beats = 0;
  lost = 0;
  /** What is laid out leaves once the turn is over. */
  #leaving = 0;
  readonly stop: () => void;

  constructor(seconds: number) {
    this.stop = startHeartbeat(seconds, {
      bytesReceived: () => this.received,
      bytesSent: () => this.sent,
      heldBack: () => this.held,
      beat: () => {
        this.beats++;
        this.#leaving += 8;
      },
      lost: () => {
        this.lost++;
        this.stop();
      },
    });
  }

  /** Time passes while the peer sends something every half second, or nothing. */
  pass(seconds: number, { peer }: { peer: boolean }): void {
    for (let half = 0; half < seconds * 2; half++) {
      if (peer) this.received += 8;
      mock.timers.tick(500);
      this.sent += this.#leaving;
      this.#leaving = 0;
    }
  }
}

describe("heartbeats", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
  afterEach(() => mock.timers.reset());

  it("are sent where nothing else was, and not where something was", () => {
    const quiet = new Line(2);
    quiet.pass(10, { peer: true });
    assert.equal(quiet.beats, 5, "one an interval");
    const busy = new Line(2);
    for (let second = 0; second < 10; second++) {
      busy.sent += 100;
      busy.pass(1, { peer: true });
    }
    assert.equal(busy.beats, 0);
  });

  it("when none comes for two intervals, the peer is lost, once", () => {
    const line = new Line(3);
    line.pass(5.5, { peer: false });
    assert.equal(line.lost, 0);
    line.pass(10, { peer: false });
    assert.equal(line.lost, 1);
  });

  it("when anything comes, the peer is there, and silence counts anew", () => {
    const line = new Line(1);
    for (let round = 0; round < 10; round++) {
      line.pass(1.5, { peer: false });
      line.pass(0.5, { peer: true });
    }
    assert.equal(line.lost, 0);
  });

  it("when nothing is read on purpose, silence proves nothing", () => {
    const line = new Line(1);
    line.held = true;
    line.pass(60, { peer: false });
    assert.equal(line.lost, 0);
    line.held = false;
    line.pass(1.5, { peer: false });
    assert.equal(line.lost, 0);
    line.pass(1, { peer: false });
    assert.equal(line.lost, 1);
  });

  it("of interval 0 are none at all, and stopping ends them", () => {
    const none = new Line(0);
    const stopped = new Line(1);
    stopped.stop();
    for (const line of [none, stopped]) {
      line.pass(60, { peer: false });
      assert.deepEqual([line.beats, line.lost], [0, 0]);
    }
  });
});
