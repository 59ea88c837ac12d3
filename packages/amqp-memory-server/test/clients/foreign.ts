/** Runs a client that is a program of its own, in another language, against each server. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { AmqpMemoryServer } from "../../src/index.ts";
import { freePort, required, targets } from "./targets.ts";

export const run = promisify(execFile);

/** Why a language is not tried: it, or its package index, is not on this machine. */
export class Unavailable extends Error {}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** What every program prints, in this order. */
const steps = [
  "publishes with confirms, consumes and acknowledges",
  "holds no more than its prefetch",
  "gets a nacked message again",
  "is handed back what no queue takes",
  "calls and answers through direct reply-to",
  "carries 1 MiB and 10 MiB unharmed",
  "works on after an error closed a channel",
  "keeps a silent connection with heartbeats",
];
const restart = ["waiting", "closed", "sees the server stop with 320 and connects to the next one"];

/**
 * @param language as in REQUIRE, which turns skipping into failing
 * @param prepare makes the program in a folder of its own; throws Unavailable where the machine cannot
 */
export function describeForeignClient(
  title: string,
  language: string,
  prepare: (folder: string) => Promise<Program>,
): void {
  describe(title, () => {
    let folder: string;
    let program: Program;
    let unavailable: string | undefined;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), `amqp-client-${language}-`));
      try {
        program = await prepare(folder);
      } catch (error) {
        if (!(error instanceof Unavailable) || required(language)) throw error;
        unavailable = error.message;
      }
    });
    after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

    for (const target of targets) {
      it(`does all a service needs with ${target.name}`, async (t) => {
        if (unavailable !== undefined) return t.skip(unavailable);
        const server = await target.start();
        try {
          assert.deepEqual(await follow(program, [server.url]), steps);
        } finally {
          await server.stop();
        }
      });
    }

    it("lives through a restart of amqp-memory-server", async (t) => {
      if (unavailable !== undefined) return t.skip(unavailable);
      const port = await freePort();
      let server = await AmqpMemoryServer.create({ port });
      const onStep = async (step: string): Promise<void> => {
        if (step === "waiting") await server.stop();
        if (step === "closed") server = await AmqpMemoryServer.create({ port });
      };
      try {
        assert.deepEqual(await follow(program, [server.url, "--restart"], onStep), [...steps, ...restart]);
      } finally {
        await server.stop();
      }
    });
  });
}

/** Runs the program to its end and returns the lines it printed; what it says on stderr is the error where it fails. */
async function follow(
  { command, args }: Program,
  more: readonly string[],
  onStep?: (step: string) => Promise<void>,
): Promise<string[]> {
  const child = spawn(command, [...args, ...more], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    await onStep?.(line);
  }
  const code = await exited;
  assert.equal(code, 0, `after "${lines.at(-1)}":\n${errors}`);
  return lines;
}
