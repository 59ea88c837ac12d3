import { type ChildProcess, fork } from "node:child_process";
import type { Environment } from "../../../config/load.ts";

/** How long a process may take until it says that it is ready, ms. */
const PATIENCE = 20_000;

/** The processes that a run starts beside itself; they end with this one at the latest. */
export class Helpers {
  readonly #processes = new Set<ChildProcess>();

  /**
   * Resolves when it says that it is ready. @throws Error with its own reason when it ends before that
   * @param module relative to this file, compiled or not
   */
  async start(module: string, args: readonly string[], environment: Environment): Promise<void> {
    const child = fork(sibling(module), args, {
      env: environment as NodeJS.ProcessEnv,
      execArgv: inherited(process.execArgv),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#processes.add(child);
    child.once("exit", () => this.#processes.delete(child));
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`${args[0] ?? "a node of it"} was not ready within ${PATIENCE / 1000} s`));
      }, PATIENCE);
      const settled = (settle: () => void) => {
        clearTimeout(late);
        settle();
      };
      child.once("error", (error) => settled(() => reject(error)));
      child.once("exit", (code) => settled(() => reject(new Error(`a process ended with ${code}`))));
      child.on("message", ({ type, message }: { type?: string; message?: string }) => {
        if (type === "ready") settled(resolve);
        if (type === "failed") settled(() => reject(new Error(message)));
      });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#processes].map(
        (child) =>
          new Promise<void>((resolve) => {
            child.once("exit", () => resolve());
            child.kill("SIGTERM");
          }),
      ),
    );
  }
}

export const sibling = (path: string): URL =>
  new URL(`${path}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** How this process was told to read its modules; not that it is a test, or has a debugger's port. */
export const inherited = (given: readonly string[]): string[] =>
  given.filter((argument, index) => /^--import(=|$)/.test(argument) || given[index - 1] === "--import");
