import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Code } from "../../../errors/codes.ts";
import { eventually } from "../eventually.ts";
import type { Told } from "./service.ts";

/** A process with the probe in it. */
export class Probe {
  /** Its id in the mesh. */
  readonly node: string;
  readonly begun = new Set<string>();
  readonly aborted = new Map<string, Code>();
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** @param name the service's */
  static async start(name: string, environment: NodeJS.ProcessEnv): Promise<Probe> {
    const child = fork(fileURLToPath(new URL("process.ts", import.meta.url)), [name], {
      env: environment,
      execArgv: ["--import", "tsx"],
    });
    const [{ node }] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the probe ended with ${code}`))),
    ])) as [{ node: string }];
    return new Probe(child, node);
  }

  private constructor(child: ChildProcess, node: string) {
    this.node = node;
    this.#child = child;
    this.#ended = once(child, "exit");
    child.on("message", (told: Told) => {
      if (told.begun) this.begun.add(told.id);
      if (told.aborted !== undefined) this.aborted.set(told.id, told.aborted);
    });
  }

  release(id: string): void {
    this.#child.send(id);
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** As a node that is told to leave. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#ended;
  }
}

/** When one of the probes has begun with it. */
export const begun = (probes: readonly Probe[], id: string): Promise<Probe> =>
  eventually(() => probes.find((probe) => probe.begun.has(id)));
