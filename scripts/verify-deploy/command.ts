import { spawn } from "node:child_process";
import { underSignal } from "../../test/support/eventually.ts";

interface Options {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** ms; then it is ended, and that is a failure */
  readonly timeout?: number;
}

const TIMEOUT = 900_000;

/**
 * Runs a command to its end, or to that of what it is part of.
 * @returns what it wrote, without its complaints @throws Error with the end of both
 */
export async function run(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { env = {}, cwd, input = "", timeout = TIMEOUT } = options;
  const whole = underSignal.getStore();
  whole?.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(whole ? [whole] : [])]),
    killSignal: "SIGTERM",
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [written, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
    // It has been told to end, and does. What it had begun itself may not know, and hold its output open.
    child.once("exit", () => [child.stdout, child.stderr].map((stream) => stream.destroy()));
  });
  child.stdin.on("error", () => undefined); // It may not read what it is given.
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  whole?.throwIfAborted();
  if (code === 0) return written.trim();
  const why = failure?.message ?? `ended with ${code}`;
  throw new Error(`${command} ${args.slice(0, 4).join(" ")} ${why}:\n${tail(`${written}${errors}`.trim())}`);
}

/** @returns whether the command ran to its end without complaint */
export async function succeeds(command: string, args: readonly string[], options?: Options): Promise<boolean> {
  return await run(command, args, { timeout: 30_000, ...options }).then(
    () => true,
    () => false,
  );
}

const tail = (output: string): string => output.split("\n").slice(-12).join("\n");
