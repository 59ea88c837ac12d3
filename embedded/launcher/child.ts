import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../config/load.ts";

interface ChildOptions {
  readonly name: string;
  readonly module: URL;
  readonly args: readonly string[];
  /** For the Node that runs it. */
  readonly execArgv?: readonly string[];
  readonly environment: Environment;
  /** Of its own doing: that it ended, that it is back. */
  readonly tell: (text: string) => void;
  /** A line that the process wrote. */
  readonly heard: (line: string) => void;
}

interface Message {
  readonly type?: "open" | "ready" | "failed";
  readonly message?: string;
}

/** A process that dies is started again: at once, then after longer and longer waits, ms. */
const FIRST_WAIT = 200;
const MAX_WAIT = 10_000;
/** Alive for so long, it has its launcher's patience back, ms. */
const STABLE = 30_000;
/** No first start takes longer, ms. */
const START_TIMEOUT = 60_000;
/** A node that answers but waits for a server of another's is not waited for longer, ms: it joins when that is there. */
const SERVERS_TIMEOUT = 15_000;

/** One process, kept alive until it is stopped. */
export class Child {
  readonly name: string;
  readonly #options: ChildOptions;
  #process?: ChildProcess;
  #ended: Promise<void> = Promise.resolve();
  #stopping = false;
  #wait = FIRST_WAIT;
  #again?: NodeJS.Timeout;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Resolves when the process says that it is ready, or is open and waits for its servers. @throws Error with its own reason when it ends before that */
  async start(): Promise<void> {
    const timer = new AbortController();
    const late = delay(START_TIMEOUT, undefined, { ref: false, signal: timer.signal }).then(
      () => Promise.reject(new Error(`${this.name}: not ready within ${START_TIMEOUT / 1000} s`)),
      () => undefined,
    );
    try {
      await Promise.race([new Promise<void>((resolve, reject) => this.#spawn(resolve, reject)), late]);
    } finally {
      timer.abort();
    }
  }

  /** Orderly; by force when it takes longer than `patience` ms. */
  async stop(patience: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#again);
    const child = this.#process;
    child?.kill("SIGTERM");
    const force = setTimeout(() => child?.kill("SIGKILL"), patience);
    await this.#ended;
    clearTimeout(force);
  }

  /** For a process whose code changed. */
  async restart(patience: number): Promise<void> {
    await this.stop(patience);
    this.#stopping = false;
    this.#wait = FIRST_WAIT;
    this.#spawn(() => this.#options.tell(`${this.name} runs the new code`));
  }

  #spawn(ready: () => void, failed?: (reason: Error) => void): void {
    const { module, args, execArgv, environment, heard } = this.#options;
    const began = Date.now();
    const child = fork(module, args, {
      env: environment as NodeJS.ProcessEnv,
      execArgv: [...process.execArgv, ...(execArgv ?? [])],
      // Out of the terminal's reach: Ctrl-C comes to the launcher alone, which ends nodes before the servers they use.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#process = child;
    readLines(child.stdout, heard);
    readLines(child.stderr, heard);
    let isReady = false;
    let reason: string | undefined;
    let waiting: NodeJS.Timeout | undefined;
    const up = () => {
      isReady = true;
      clearTimeout(waiting);
      ready();
    };
    child.on("message", ({ type, message }: Message) => {
      if (type === "failed") reason = message;
      if (type === "open") waiting = setTimeout(up, SERVERS_TIMEOUT).unref();
      if (type === "ready" && !isReady) up();
    });
    child.once("error", (error) => {
      reason = error.message;
    });
    this.#ended = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        resolve();
        clearTimeout(waiting);
        if (this.#stopping) return;
        const how = reason ?? signal ?? `exit code ${code}`;
        if (!isReady && failed !== undefined) return failed(new Error(`${this.name}: ${how}`));
        this.#startAgain(Date.now() - began, how);
      });
    });
  }

  #startAgain(lived: number, how: string): void {
    if (lived > STABLE) this.#wait = FIRST_WAIT;
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, MAX_WAIT);
    this.#options.tell(`${this.name} ended (${how}); starting it again in ${wait} ms`);
    this.#again = setTimeout(() => this.#spawn(() => this.#options.tell(`${this.name} is back`)), wait);
  }
}

function readLines(stream: Readable | null, heard: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on("line", heard);
}
