import { type ContenderName, contenders } from "../contenders.ts";
import type { CaseResult, Machine, Report } from "../results.ts";
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

/** Such as `load 2.3, steal 0.4 %`; empty where the machine told nothing. */
export const machineText = ({ load, steal }: Machine = {}): string =>
  [
    ...(load === undefined ? [] : [`load ${round(load)}`]),
    ...(steal === undefined ? [] : [`steal ${percent(steal)}`]),
  ].join(", ");

/** The same over all cases: the least and the most load, and the most steal. */
function rangesText(cases: readonly CaseResult[]): string {
  const loads = cases.flatMap(({ machine }) => machine?.load ?? []);
  const steals = cases.flatMap(({ machine }) => machine?.steal ?? []);
  const [least, most] = [round(Math.min(...loads)), round(Math.max(...loads))];
  return [
    ...(loads.length === 0 ? [] : [least === most ? least : `${least} to ${most}`]),
    ...(steals.length === 0 ? [] : [`steal up to ${percent(Math.max(...steals))}`]),
  ].join(", ");
}

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

/** What it was measured on, a line each. */
export function surroundingsText({ surroundings, confidence, settings, began, cases }: Report): string[] {
  const { cpu, cores, memory, system, load, versions, messageBroker, natsServer, transporter, nodes, databases } =
    surroundings;
  const nats = natsServer === undefined ? "" : `; NATS by nats-server ${natsServer}`;
  const served = Object.entries(nodes).map(([operation, count]) => {
    const database = databases?.[operation as Operation];
    return `${operation} by ${count}${database === undefined ? "" : `, on ${database}`}`;
  });
  const machine = rangesText(cases);
  const during = machine === "" ? "" : `, while cases were measured ${machine}`;
  const { rounds, duration, firstWarmUp = 0, warmUp } = settings;
  const first = firstWarmUp === 0 ? "" : `${firstWarmUp} ms before the first case, `;
  return [
    `${began.slice(0, 16).replace("T", " ")} UTC on ${cpu}, ${cores} cores, ${sizeText(memory)}, ${system}; load when it began ${load}${during}`,
    `${Object.entries(versions)
      .map((version) => version.join(" "))
      .join(", ")}; AMQP by ${messageBroker}${nats}; mesh over ${transporter}`,
    `nodes that served: ${served.join("; ") || "unknown"}`,
    `${rounds} rounds of ${duration} ms; warm-up of ${first}${warmUp} ms before each; intervals hold the median with ${Math.floor(confidence * 100)} %`,
  ];
}
