import type { WriteStream } from "node:tty";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME = 80;
const eraseLine = "\r\x1b[2K";

/** Lines, and on a terminal below them one that moves while something is waited for. */
export class Screen {
  readonly #out: WriteStream;
  readonly #awaited = new Map<string, number>();
  #frame = 0;
  #timer?: NodeJS.Timeout;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  line(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** Shows that this is waited for, and how long it took when it came. */
  async during<T>(name: string, work: Promise<T>): Promise<T> {
    this.#awaited.set(name, performance.now());
    this.#move();
    try {
      const result = await work;
      const seconds = (performance.now() - (this.#awaited.get(name) ?? 0)) / 1000;
      this.#awaited.delete(name);
      this.line(`  ${name.padEnd(10)} up after ${seconds.toFixed(1)} s`);
      return result;
    } finally {
      this.#awaited.delete(name);
      this.#move();
    }
  }

  /** Nothing is waited for any more, whatever was. */
  still(): void {
    this.#awaited.clear();
    this.#move();
  }

  #move(): void {
    if (!this.#out.isTTY) return;
    if (this.#awaited.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#erase();
      return;
    }
    this.#timer ??= setInterval(() => {
      this.#frame = (this.#frame + 1) % frames.length;
      this.#draw();
    }, FRAME);
    this.#timer.unref();
    this.#draw();
  }

  #draw(): void {
    if (this.#timer === undefined) return;
    const names = `${frames[this.#frame]} waiting for ${[...this.#awaited.keys()].join(", ")}`;
    this.#out.write(eraseLine + names.slice(0, (this.#out.columns ?? 80) - 1));
  }

  #erase(): void {
    if (this.#out.isTTY) this.#out.write(eraseLine);
  }
}
