import { percentiles, type Report } from "../results.ts";

const columns = [
  ...["operation", "payload", "arrival", "concurrency", "rate", "contender", "round", "calls", "errors", "seconds"],
  ...["calls_per_second", ...percentiles.map((name) => `${name}_ms`), "sent_bytes", "received_bytes"],
  ...["cpu_driver_us", "cpu_nodes_us"],
];

/** A line for each measurement; what was not measured is empty. */
export function toCsv({ cases, measurements }: Report): string {
  const known = new Map(cases.map((result) => [result.index, result.case]));
  const rows = measurements.flatMap((one) => {
    const of = known.get(one.case);
    if (of === undefined) return [];
    const failed = Object.values(one.errors).reduce((total, count) => total + count, 0);
    return [
      [
        ...[of.operation, of.payload, of.arrival, of.concurrency, of.rate, one.contender, one.round, one.calls, failed],
        ...[one.seconds, one.throughput, ...percentiles.map((name) => one.latency?.[name])],
        ...[one.sent, one.received, one.cpu?.driver, one.cpu?.nodes],
      ],
    ];
  });
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | undefined): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (value === undefined) return "";
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
