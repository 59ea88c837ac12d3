/** The processes of a benchmark, and what the kernel knows of them. Linux only. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Order } from "./load.ts";
import type { Round } from "./scenario.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const cli = here("../dist/cli.js");
const ticksASecond = 100;

export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the server by its command; resolves with how long it took until it said that it listens, milliseconds. */
export async function startServer(): Promise<ServerProcess & { startTime: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [cli, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  endWithUs(child);
  const [line] = await once(child.stdout, "data");
  const startTime = performance.now() - started;
  const port = /:(\d+) /.exec(String(line))?.[1];
  if (child.pid === undefined || port === undefined) throw new Error(`the server did not start: ${line}`);
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  return { pid: child.pid, url: `amqp://guest:guest@127.0.0.1:${port}`, stop, startTime };
}

/** A benchmark that fails leaves nothing running. */
function endWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

/** In a fresh process: importing the package and create(), milliseconds; the process's own start is not in it. */
export async function coldCreate(): Promise<number> {
  const script = `
    const started = performance.now();
    const { AmqpMemoryServer } = await import(${JSON.stringify(here("../dist/index.js"))});
    const server = await AmqpMemoryServer.create({ port: 0 });
    console.log(performance.now() - started);
    await server.stop();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  await once(child, "exit");
  return Number(line);
}

/** The Erlang machine that RabbitMQ runs in, where it runs on this machine. */
export async function rabbitPid(): Promise<number | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (name.trim() === "beam.smp") return Number(pid);
  }
  return undefined;
}

/** Processor time a process has used, all its threads together, seconds. */
export async function cpuTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

/** Resident memory, MiB. */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** A load generator. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(here("./load.ts"));

  constructor() {
    endWithUs(this.#child);
  }

  async open(order: Omit<Order & { do: "open" }, "do">): Promise<void> {
    await this.#order({ do: "open", ...order });
  }
  async round(): Promise<Round> {
    return (await this.#order({ do: "round" })) as Round;
  }
  /** Closes the scenario and ends the process. */
  async close(): Promise<void> {
    await this.#order({ do: "close" });
    this.#child.disconnect();
    await once(this.#child, "exit");
  }

  async #order(order: Order): Promise<unknown> {
    const failed = once(this.#child, "exit").then(([code]) => {
      throw new Error(`the load generator ended with ${code}`);
    });
    this.#child.send(order);
    const [answer] = await Promise.race([once(this.#child, "message"), failed]);
    return answer;
  }
}
