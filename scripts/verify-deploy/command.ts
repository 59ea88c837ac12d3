import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

interface Options {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** ms; then it is ended, and that is a failure */
  readonly timeout?: number;
}

const TIMEOUT = 900_000;

/** Runs a command to its end. @returns what it wrote, errors after the rest @throws Error with the end of that */
export async function run(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { env = {}, cwd, input = "", timeout = TIMEOUT } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    signal: AbortSignal.timeout(timeout),
    killSignal: "SIGTERM",
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined); // It may not read what it is given.
  child.stdin.end(input);
  const ended = once(child, "close") as Promise<[number | null, string | null]>;
  const [[code], written, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const output = `${written}${errors}`.trim();
  if (code !== 0) throw new Error(`${command} ${args.slice(0, 4).join(" ")} ended with ${code}:\n${tail(output)}`);
  return output;
}

/** @returns whether the command ran to its end without complaint */
export async function succeeds(command: string, args: readonly string[], options?: Options): Promise<boolean> {
  return await run(command, args, { timeout: 30_000, ...options }).then(
    () => true,
    () => false,
  );
}

const tail = (output: string): string => output.split("\n").slice(-12).join("\n");
