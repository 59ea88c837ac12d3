/** Measurements as Markdown. */
import { cpus } from "node:os";

/** One server in one scenario: messages a second and processor time of the server a message, round by round. */
export interface Samples {
  readonly rates: number[];
  /** Microseconds a message. */
  readonly costs: number[];
}

export interface Measurement {
  readonly scenario: string;
  readonly connections: number;
  readonly ours: Samples;
  readonly rabbit: Samples | undefined;
}

export interface Footprint {
  readonly startTimes: number[];
  readonly createTimes: number[];
  readonly atRest: number;
  readonly afterLoad: number;
  readonly rabbitAfterLoad: number | undefined;
}

export function report(measurements: readonly Measurement[], footprint: Footprint): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}`;
  return `# Benchmark

\`npm run bench\` on ${machine}. Medians of interleaved rounds, least to most in brackets. The server
has a process of its own, the load comes from another one: a client that does next to nothing, and amqplib, which with
Moleculer is itself the bottleneck. Messages are of 256 bytes, transient, in transient queues: RabbitMQ is not charged
for its disk. CPU is what the server's process, all its threads together, spends on a message; it hardly depends on
what else the machine does.

| what | connections | messages/s | RabbitMQ | ratio | server CPU a message | RabbitMQ | ratio |
| --- | --: | --: | --: | --: | --: | --: | --: |
${measurements.map(row).join("\n")}

| start and memory | |
| --- | --: |
| \`amqp-memory-server\` from the shell until it listens | ${milliseconds(footprint.startTimes)} |
| import and \`create()\` in a fresh process | ${milliseconds(footprint.createTimes)} |
| resident memory at rest | ${footprint.atRest.toFixed(0)} MiB |
| resident memory after the load | ${footprint.afterLoad.toFixed(0)} MiB |
${footprint.rabbitAfterLoad === undefined ? "" : `| RabbitMQ's, after the load | ${footprint.rabbitAfterLoad.toFixed(0)} MiB |\n`}`;
}

export function row({ scenario, connections, ours, rabbit }: Measurement): string {
  const rate = (samples: Samples): string => spread(samples.rates, (value) => Math.round(value).toLocaleString("en"));
  const cost = (samples: Samples): string => spread(samples.costs, (value) => `${value.toFixed(1)} µs`);
  const cells = [scenario, String(connections), rate(ours)];
  if (rabbit === undefined) cells.push("-", "-", cost(ours), "-", "-");
  else {
    cells.push(rate(rabbit), `${(median(ours.rates) / median(rabbit.rates)).toFixed(1)} x`);
    cells.push(cost(ours), cost(rabbit), `${(median(rabbit.costs) / median(ours.costs)).toFixed(1)} x`);
  }
  return `| ${cells.join(" | ")} |`;
}

function milliseconds(values: readonly number[]): string {
  return spread(values, (value) => `${value.toFixed(0)} ms`);
}

function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(median(values))} (${show(Math.min(...values))} to ${show(Math.max(...values))})`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
