import { type ContenderName, contenders } from "../../services/lab/contenders.ts";
import type { Measurement, Report } from "../../services/lab/results.ts";
import { type Case, presets } from "../../services/lab/settings.ts";
import { intervalRanks } from "../../services/lab/statistics.ts";
import { summarise } from "../../services/lab/summary.ts";
import { runVerdict } from "../../services/lab/verdict.ts";

/** Calls a second, round by round; with open arrival the p99 in ms. */
type Rounds = Readonly<Partial<Record<ContenderName, readonly number[]>>>;

export const closedCase = (payload: number, concurrency = 10): Case => ({
  operation: "lab.echo",
  payload,
  arrival: "closed",
  concurrency,
});

export function measurementsOf(index: number, of: Case, given: Rounds): Measurement[] {
  return Object.entries(given).flatMap(([name, values]) =>
    values.map((value, round): Measurement => {
      const latency = of.arrival === "open" ? value : 1_000 / value;
      const isAnswered = contenders[name as ContenderName].form === "call";
      return {
        case: index,
        contender: name as ContenderName,
        round: round + 1,
        calls: 100,
        errors: {},
        seconds: 1,
        throughput: of.arrival === "open" ? (of.rate ?? 0) : value,
        latency: isAnswered
          ? { p50: latency / 3, p90: latency / 2, p99: latency, p999: latency, max: latency }
          : undefined,
        sent: 100,
        received: 120,
        cpu: of.arrival === "open" ? undefined : { driver: 10, nodes: 20 },
      };
    }),
  );
}

/** A report of a run that had these numbers. */
export function reportOf(cases: readonly (readonly [Case, Rounds])[], more: Partial<Report> = {}): Report {
  const measurements = cases.flatMap(([of, rounds], index) => measurementsOf(index, of, rounds));
  const results = cases.map(([of], index) =>
    summarise(
      index,
      of,
      measurements.filter((one) => one.case === index),
    ),
  );
  return {
    version: 1,
    id: "2026-01-02-030405-abcd",
    began: "2026-01-02T03:04:05.000Z",
    ended: "2026-01-02T03:05:05.000Z",
    state: "complete",
    settings: presets.quick,
    surroundings: {
      cpu: "A processor",
      cores: 2,
      memory: 8 << 30,
      system: "Linux 6",
      load: 0.1,
      versions: { node: "24.0.0" },
      messageBroker: "RabbitMQ 4",
      transporter: "amqp",
      nodes: { "lab.echo": 1 },
    },
    confidence: intervalRanks(6).confidence,
    cases: results,
    absences: [],
    verdict: runVerdict(results, measurements),
    measurements,
    ...more,
  };
}
