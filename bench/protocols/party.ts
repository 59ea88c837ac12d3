import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order } from "./process.ts";

type Answer = { readonly value: unknown } | { readonly error: string };

/** A server or a client in a process of its own. */
export class Party {
  readonly #child: ChildProcess;
  readonly #name: string;

  /** @param profile a directory for what the processor did */
  constructor(pair: string, way: string, role: string, profile?: string) {
    this.#name = `${pair} ${way} ${role}`;
    const file = `${this.#name.replace(/\W+/g, "-")}.cpuprofile`;
    this.#child = fork(fileURLToPath(new URL("./process.ts", import.meta.url)), [pair, way], {
      execArgv: profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${file}`],
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws Error what went wrong there */
  ask<T>(order: Order): Promise<T> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error(`${this.#name}: the process ended`));
      this.#child.once("exit", died);
      this.#child.once("message", (answer: Answer) => {
        this.#child.off("exit", died);
        if ("error" in answer) reject(new Error(`${this.#name}: ${answer.error}`));
        else resolve(answer.value as T);
      });
      this.#child.send(order);
    });
  }

  async end(): Promise<void> {
    // One that was killed has no exit code.
    if (!this.#child.connected) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.disconnect();
    await ended;
  }
}
