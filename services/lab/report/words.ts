import { type ContenderName, contenders } from "../contenders.ts";
import type { Report } from "../results.ts";
import type { Case, Operation } from "../settings.ts";

export const title = (name: ContenderName): string => contenders[name].title;

/** 41,234 is told as 41,200: the rest is noise. */
export function round(value: number): string {
  if (value === 0) return "0";
  const digits = value >= 100 ? 3 : 2;
  return Number(value.toPrecision(digits)).toLocaleString("en", { maximumFractionDigits: 6 });
}

export function sizeText(bytes: number): string {
  if (bytes >= 1_073_741_824) return `${round(bytes / 1_073_741_824)} GiB`;
  if (bytes >= 1_048_576) return `${round(bytes / 1_048_576)} MiB`;
  return bytes >= 1_024 ? `${round(bytes / 1_024)} KiB` : `${round(bytes)} B`;
}

export const loadText = ({ arrival, concurrency, rate }: Case): string => {
  if (arrival === "closed") return `${concurrency} in flight`;
  return rate === undefined ? "a fixed rate" : `${round(rate)} calls/s`;
};

/** Such as `lab.echo, 1 KiB, 50 in flight`. */
export const caseText = (of: Case): string =>
  [of.operation, ...(of.payload === undefined ? [] : [sizeText(of.payload)]), loadText(of)].join(", ");

/** What it was measured on, a line each. */
export function surroundingsText({ surroundings, confidence, settings, began }: Report): string[] {
  const { cpu, cores, memory, system, load, versions, messageBroker, natsServer, transporter, nodes, databases } =
    surroundings;
  const nats = natsServer === undefined ? "" : `; NATS by nats-server ${natsServer}`;
  const served = Object.entries(nodes).map(([operation, count]) => {
    const database = databases?.[operation as Operation];
    return `${operation} by ${count}${database === undefined ? "" : `, on ${database}`}`;
  });
  return [
    `${began.slice(0, 16).replace("T", " ")} UTC on ${cpu}, ${cores} cores, ${sizeText(memory)}, ${system}; load when it began ${load}`,
    `${Object.entries(versions)
      .map((version) => version.join(" "))
      .join(", ")}; AMQP by ${messageBroker}${nats}; mesh over ${transporter}`,
    `nodes that served: ${served.join("; ") || "unknown"}`,
    `${settings.rounds} rounds of ${settings.duration} ms, after ${settings.warmUp} ms of warm-up; intervals hold the median with ${Math.floor(confidence * 100)} %`,
  ];
}
