/**
 * Records what a real RabbitMQ does: `RABBIT_URL=amqp://... node test/probes/record.ts`.
 * The suite is run three times and written only if all three agree, so that nothing in the recording is chance.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import amqplib from "amqplib";
import { probes } from "./index.ts";
import { FAILED, type Recording, runProbes } from "./run.ts";

const RUNS = 3;
const url = process.env.RABBIT_URL ?? "amqp://guest:guest@127.0.0.1:5672";

async function serverVersion(): Promise<string> {
  const connection = await amqplib.connect(url);
  const { product, version } = connection.connection.serverProperties;
  await connection.close();
  assert.equal(product, "RabbitMQ", "only a real RabbitMQ is worth recording");
  return version;
}

function refuseFailures(recording: Recording): void {
  for (const [story, steps] of Object.entries(recording)) {
    const failure = steps.find((step) => step.label === FAILED);
    assert(!failure, `"${story}" failed: ${failure?.value}`);
    assert(steps.length > 0, `"${story}" saw nothing`);
  }
}

const version = await serverVersion();
const recordings: Recording[] = [];
for (let run = 1; run <= RUNS; run += 1) {
  const started = Date.now();
  const recording = await runProbes(url, probes);
  refuseFailures(recording);
  recordings.push(recording);
  console.log(`run ${run}: ${Object.keys(recording).length} probes in ${Date.now() - started} ms`);
}
const [first = {}, ...others] = recordings;
for (const [story, steps] of Object.entries(first)) {
  for (const other of others) assert.deepEqual(other[story], steps, `"${story}" differs from run to run`);
}
const file = new URL(`./rabbitmq-${version}.json`, import.meta.url);
await writeFile(file, `${JSON.stringify(first, null, 2)}\n`);
// The formatter's layout, not JSON.stringify's: recording again then changes only what the server changed.
execFileSync("npx", ["biome", "format", "--write", file.pathname], { stdio: "inherit" });
console.log(`written to ${file.pathname}`);
