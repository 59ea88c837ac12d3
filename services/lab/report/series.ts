import type { ContenderName } from "../contenders.ts";
import { type CaseResult, type Estimate, percentiles, type Summary, sumOf } from "../results.ts";
import { loadText, sizeText } from "./words.ts";

/** One contender's line: an estimate for each place on the x axis where it has one. */
export interface Series {
  readonly contender: ContenderName;
  readonly points: readonly { readonly at: number; readonly value: Estimate }[];
}

/** One picture: what is on the y axis against what is on the x axis, the rest held fixed. */
export interface Figure {
  readonly title: string;
  readonly unit: string;
  /** What is held fixed, or the case. */
  readonly fixed: string;
  readonly x: readonly string[];
  readonly series: readonly Series[];
}

interface Metric {
  readonly title: string;
  readonly unit: string;
  readonly read: (summary: Summary) => Estimate | undefined;
}

const metrics: readonly Metric[] = [
  { title: "Throughput", unit: "calls/s", read: ({ throughput }) => throughput },
  { title: "Latency, half of the calls", unit: "ms", read: ({ latency }) => latency?.p50 },
  { title: "Latency, 99 of 100", unit: "ms", read: ({ latency }) => latency?.p99 },
  {
    title: "Processor time, calling side",
    unit: "µs a call",
    read: ({ cpu }) => cpu?.driver,
  },
  { title: "Processor time, serving side", unit: "µs a call", read: ({ cpu }) => cpu?.nodes },
  { title: "Bytes on the wire", unit: "bytes a call", read: ({ sent, received }) => sumOf(sent, received) },
];

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Every metric against the payload, one picture for each number in flight. */
export function againstPayload(results: readonly CaseResult[]): Figure[] {
  const closed = results.filter(({ case: of }) => of.arrival === "closed");
  const loads = unique(closed.map(({ case: of }) => of.concurrency));
  return metrics.flatMap((metric) =>
    loads.map((concurrency) => {
      const own = closed.filter(({ case: of }) => of.concurrency === concurrency);
      const x = own.map(({ case: of }) => (of.payload === undefined ? of.operation : sizeText(of.payload)));
      const { title, unit } = metric;
      return { title, unit, fixed: `${concurrency} in flight`, x, series: seriesOf(own, metric) };
    }),
  );
}

/** Every metric against the number in flight, one picture for each payload. */
export function againstConcurrency(results: readonly CaseResult[]): Figure[] {
  const closed = results.filter(({ case: of }) => of.arrival === "closed");
  const payloads = unique(closed.map(({ case: of }) => of.payload));
  return metrics.flatMap((metric) =>
    payloads.map((payload) => {
      const own = closed.filter(({ case: of }) => of.payload === payload);
      const fixed = payload === undefined ? "" : sizeText(payload);
      const x = own.map(({ case: of }) => String(of.concurrency));
      return { title: metric.title, unit: metric.unit, fixed, x, series: seriesOf(own, metric) };
    }),
  );
}

const percentileTitles = { p50: "50 %", p90: "90 %", p99: "99 %", p999: "99.9 %", max: "slowest" } as const;

/** How long calls at a fixed rate waited, one picture for each payload; each percentile that anybody has. */
export function atFixedRate(results: readonly CaseResult[]): Figure[] {
  return results
    .filter(({ case: of }) => of.arrival === "open")
    .map(({ case: of, summaries }) => {
      const names = percentiles.filter((name) => summaries.some(({ latency }) => latency?.[name] !== undefined));
      return {
        title: "Latency, so many of the calls",
        unit: "ms",
        fixed: [...(of.payload === undefined ? [] : [sizeText(of.payload)]), loadText(of)].join(", "),
        x: names.map((name) => percentileTitles[name]),
        series: summaries.flatMap(({ contender, latency }) => {
          // Where too many calls failed the line ends: one to the slowest that was answered would pass over them.
          const first = names.findIndex((name) => latency?.[name] === undefined);
          const points = names.slice(0, first === -1 ? names.length : first).flatMap((name, at) => {
            const value = latency?.[name];
            return value === undefined ? [] : [{ at, value }];
          });
          return points.length === 0 ? [] : [{ contender, points }];
        }),
      };
    });
}

function seriesOf(results: readonly CaseResult[], { read }: Metric): Series[] {
  const names = unique(results.flatMap(({ summaries }) => summaries.map(({ contender }) => contender)));
  return names.flatMap((contender) => {
    const points = results.flatMap(({ summaries }, at) => {
      const summary = summaries.find((one) => one.contender === contender);
      const value = summary === undefined || summary.calls === 0 ? undefined : read(summary);
      return value === undefined || value.median <= 0 ? [] : [{ at, value }];
    });
    return points.length === 0 ? [] : [{ contender, points }];
  });
}
