import { surroundingsHere } from "../../services/lab/surroundings.ts";
import { CONCURRENCY, type Comparison, type Plan } from "./compare.ts";

/** What is wanted of the gateway and of each adapter. */
const LEAST_THROUGHPUT = 0.8;
const MOST_P99 = 1.25;

interface Circumstances {
  readonly plan: Plan;
  /** Such as `RabbitMQ 3.10.8`. */
  readonly messageBroker: string;
}

const head = [
  ["pair", "calls/s: adapter", "bare", "ratio (range)", "p99 ms: adapter", "bare", "ratio (range)"],
  ["CPU µs a call, client: adapter", "bare", "ratio", "server: adapter", "bare", "ratio"],
].flat();

/** The results as Markdown. */
export function report(comparisons: readonly Comparison[], { plan, messageBroker }: Circumstances): string {
  const { cpu, cores, system, load, versions } = surroundingsHere();
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# The adapters beside the bare libraries

Written by \`npm run bench:protocols\` on ${new Date().toISOString().slice(0, 10)}: ${cores} cores of ${cpu}, ${system}, load ${load}
when it ended; ${used.join(", ")}; ${messageBroker}. ${plan.rounds} rounds of ${plan.duration} ms for each number, after ${plan.warmUp} ms of warming up. How it is measured and what
it means: [docs/protocol-speed.md](../../docs/protocol-speed.md).

Wanted: a throughput of at least ${LEAST_THROUGHPUT} of the bare library's with ${CONCURRENCY} callers, and at half of the bare library's throughput a p99
of at most ${MOST_P99} times its. Ratios are medians over the rounds, with their range. The processor's ratio is bare to adapter: what
the throughput's would be if that process alone were the limit.

${table(comparisons)}
`;
}

export function table(comparisons: readonly Comparison[]): string {
  const rows = [head, ...comparisons.map(row)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = rows;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

function row({ pair, adapter, bare, throughput, p99, client, server }: Comparison): string[] {
  return [
    pair,
    adapter.throughput.toFixed(0),
    bare.throughput.toFixed(0),
    `${throughput.median.toFixed(2)} (${throughput.low.toFixed(2)} to ${throughput.high.toFixed(2)})${throughput.median < LEAST_THROUGHPUT ? " *" : ""}`,
    adapter.p99.toFixed(2),
    bare.p99.toFixed(2),
    `${p99.median.toFixed(2)} (${p99.low.toFixed(2)} to ${p99.high.toFixed(2)})${p99.median > MOST_P99 ? " *" : ""}`,
    adapter.client.toFixed(1),
    bare.client.toFixed(1),
    client.toFixed(2),
    adapter.server.toFixed(1),
    bare.server.toFixed(1),
    server.toFixed(2),
  ];
}
