/**
 * Measures this server, next to the RabbitMQ that RABBIT_URL names (on this machine, for its processor time). Usage:
 *
 *   bench.ts [--rounds 5] [--connections 1,10,100] [--only publish]
 *
 * Prints each result as it comes and writes all to results.md.
 */
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { coldCreate, cpuTime, LoadProcess, rabbitPid, residentMemory, startServer } from "./processes.ts";
import { type Measurement, report, row, type Samples } from "./report.ts";
import { type ScenarioName, scenarios } from "./scenarios.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "1,10,100" },
    only: { type: "string", default: "" },
  },
});
const rounds = Number(given.rounds);
const counts = given.connections.split(",").map(Number);
const names = (Object.keys(scenarios) as ScenarioName[]).filter((name) => name.includes(given.only));
const startsMeasured = 9;

interface Contender {
  readonly url: string;
  readonly pid: number | undefined;
}

const [startTimes, createTimes]: number[][] = [[], []];
for (let start = 0; start < startsMeasured; start++) {
  const { startTime, stop } = await startServer();
  await stop();
  startTimes?.push(startTime);
  createTimes?.push(await coldCreate());
}

const server = await startServer();
await delay(1000);
const atRest = await residentMemory(server.pid);
const rabbit = await findRabbit();
if (rabbit === undefined) console.log("RABBIT_URL names no RabbitMQ to measure beside.");
const measurements: Measurement[] = [];
for (const scenario of names) {
  for (const connections of counts) {
    const measurement = await measure(scenario, connections);
    measurements.push(measurement);
    console.log(row(measurement));
  }
}
await delay(2000);
const results = report(measurements, {
  startTimes: startTimes ?? [],
  createTimes: createTimes ?? [],
  atRest,
  afterLoad: await residentMemory(server.pid),
  rabbitAfterLoad: rabbit?.pid === undefined ? undefined : await residentMemory(rabbit.pid),
});
await server.stop();
console.log(`\n${results}`);
if (given.only === "") await writeFile(new URL("./results.md", import.meta.url), results);

async function findRabbit(): Promise<Contender | undefined> {
  const url = process.env.RABBIT_URL;
  return url === undefined || url === "" ? undefined : { url, pid: await rabbitPid() };
}

/** Rounds in turn, so that what the machine does beside falls on both. The first of each is to warm up. */
async function measure(scenario: ScenarioName, connections: number): Promise<Measurement> {
  const contenders = [server, rabbit].filter((contender) => contender !== undefined);
  const loads: LoadProcess[] = [];
  for (const { url } of contenders) {
    const load = new LoadProcess();
    await load.open({ scenario, url, connections });
    await load.round();
    loads.push(load);
  }
  const samples = contenders.map((): Samples => ({ rates: [], costs: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      await sample(contender, loads[index] as LoadProcess, samples[index] as Samples);
    }
  }
  for (const load of loads) await load.close();
  const [ours, theirs] = samples;
  return { scenario, connections, ours: ours as Samples, rabbit: theirs };
}

async function sample({ pid }: Contender, load: LoadProcess, { rates, costs }: Samples): Promise<void> {
  const before = pid === undefined ? Number.NaN : await cpuTime(pid);
  const { messages, seconds } = await load.round();
  const after = pid === undefined ? Number.NaN : await cpuTime(pid);
  rates.push(messages / seconds);
  costs.push(((after - before) / messages) * 1e6);
}
