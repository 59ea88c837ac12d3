import { Worker } from "node:worker_threads";

/** ms between two beats */
const PERIOD = 0.25;

/** Sleeps between the beats, which Node's timers (whole ms, up to 2 late) cannot: a thread that may block does it. */
const beat = `
  const { workerData: [beats, period] } = require("node:worker_threads");
  for (;;) {
    Atomics.wait(beats, 1, 0, period);
    Atomics.add(beats, 0, 1);
    Atomics.notify(beats, 0);
  }`;

/** Beats four times a ms at a tenth of a core's price; a loop that asks what time it is would take a whole one from who is measured. */
export class Metronome {
  /** How often it has beaten; the other is never written, to wait for. */
  readonly #beats = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #worker = new Worker(beat, { eval: true, workerData: [this.#beats, PERIOD] });

  /** Resolves with the next beat. */
  async beat(): Promise<void> {
    await Atomics.waitAsync(this.#beats, 0, Atomics.load(this.#beats, 0)).value;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
