import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { NodeName } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";

interface ChildOptions {
  readonly name: NodeName;
  readonly environment: Environment;
  readonly tell: (text: string) => void;
}

/** A node that dies is started again: at once, then after longer and longer waits, ms. */
const FIRST_WAIT = 200;
const MAX_WAIT = 10_000;
/** Alive for so long, a node has its patience back, ms. */
const STABLE = 30_000;
const KILL_AFTER = 4_000;

const main = new URL(`../../node/main.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);

/** One node's process, kept alive until it is stopped. */
export class Child {
  readonly name: NodeName;
  readonly #options: ChildOptions;
  #process?: ChildProcess;
  #stopping = false;
  #wait = FIRST_WAIT;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Resolves when the node is in the mesh. @throws when its first process ends before that */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#spawn(resolve, (code) =>
        reject(new Error(`${this.name} ended with exit code ${code} before it was ready`)),
      );
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    await Promise.race([ended, delay(KILL_AFTER, undefined, { ref: false }).then(() => child.kill("SIGKILL"))]);
    await ended;
  }

  #spawn(joined: () => void, endedEarly?: (code: number | null) => void): void {
    const started = Date.now();
    const child = fork(main, [this.name], {
      env: this.#options.environment as NodeJS.ProcessEnv,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let isReady = false;
    this.#process = child;
    child.on("message", (message: { type?: string }) => {
      if (message.type !== "joined") return;
      isReady = true;
      joined();
    });
    child.once("exit", (code, signal) => {
      if (this.#stopping) return;
      if (!isReady && endedEarly !== undefined) return endedEarly(code);
      this.#restart(Date.now() - started, signal ?? `exit code ${code}`);
    });
  }

  #restart(lived: number, how: string): void {
    if (lived > STABLE) this.#wait = FIRST_WAIT;
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, MAX_WAIT);
    this.#options.tell(`${this.name} ended (${how}); starting it again in ${wait} ms`);
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(() => this.#options.tell(`${this.name} is back`));
    }, wait).unref();
  }
}
