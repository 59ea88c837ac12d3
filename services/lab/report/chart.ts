import type { ContenderName } from "../contenders.ts";
import type { Figure, Series } from "./series.ts";
import { round, title } from "./words.ts";

const WIDTH = 360;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;

/** Told apart without colours too. */
const shapes: Readonly<Record<ContenderName, string>> = {
  rest: "M-4,-4h8v8h-8z",
  "json-rpc": "M0,-5l5,9h-10z",
  grpc: "M0,-5l5,5l-5,5l-5,-5z",
  "grpc-stream": "M0,5l5,-9h-10z",
  amqp: "M-4,-1.5h2.5v-2.5h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5z",
  "amqp-publish": "M-5,0l3,-4h4l3,4l-3,4h-4z",
  mesh: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
  "mesh-amqp": "M-4,-4l8,4l-8,4z",
  "mesh-tcp": "M4,-4l-8,4l8,4z",
  "mesh-nats": "M-5,-2h10v4h-10z",
  "mesh-msgpack": "M-2,-5h4v10h-4z",
};

export const marker = (name: ContenderName): string =>
  `<svg class="marker" viewBox="-7 -7 14 14" aria-hidden="true"><path class="${name} fill" d="${shapes[name]}"/></svg>`;

/** A logarithmic axis: what is twice as much is the same way up wherever it is. */
interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** @param values positive */
export function axisOf(values: readonly number[]): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const steps: number[] = [];
  for (let power = Math.floor(Math.log10(least)) - 1; power <= Math.ceil(Math.log10(most)); power++) {
    for (const step of [1, 2, 5]) steps.push(Number(`${step}e${power}`));
  }
  const low = steps.findLast((step) => step <= least) ?? least;
  const high = steps.find((step) => step >= most && step > low) ?? most;
  const within = steps.filter((step) => step >= low && step <= high);
  const ticks = within.length > 7 ? within.filter((step) => String(step).replace(/[0.]/g, "") === "1") : within;
  return { low, high, ticks };
}

/** A line for each contender, with whiskers for the intervals. Every text in it is ours. */
export function chart({ title: what, unit, fixed, x, series }: Figure): string {
  const values = series.flatMap(({ points }) => points.map(({ value }) => value.median));
  if (values.length === 0) return "";
  const axis = axisOf(values);
  const y = (value: number): number => {
    const inside = Math.min(Math.max(value, axis.low), axis.high);
    const share = Math.log(inside / axis.low) / Math.log(axis.high / axis.low);
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  };
  const column = (WIDTH - LEFT - RIGHT) / x.length;
  const center = (at: number): number => LEFT + (at + 0.5) * column;
  const grid = axis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>` +
      `<text class="tick" x="${LEFT - 6}" y="${px(y(tick) + 3.5)}" text-anchor="end">${short(tick)}</text>`,
  );
  const labels = x.map(
    (label, at) => `<text class="tick" x="${px(center(at))}" y="${HEIGHT - 8}" text-anchor="middle">${label}</text>`,
  );
  // Side by side where they would hide each other.
  const shift = (index: number) => (index - (series.length - 1) / 2) * Math.min(5, column / (series.length + 1));
  const lines = series.map((one, index) => line(one, (at) => center(at) + shift(index), y, { x, unit }));
  const name = [what, fixed].filter(Boolean).join(", ");
  return `<figure><figcaption><b>${what}</b>${fixed === "" ? "" : `, ${fixed}`} <span>${unit}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}, ${unit}">${[...grid, ...labels, ...lines].join("")}</svg></figure>`;
}

function line(
  { contender, points }: Series,
  xOf: (at: number) => number,
  yOf: (value: number) => number,
  { x, unit }: Pick<Figure, "x" | "unit">,
): string {
  const path = points.map(({ at, value }) => `${px(xOf(at))},${px(yOf(value.median))}`).join(" ");
  const marks = points.map(({ at, value: { median, low, high } }) => {
    const text = `${title(contender)}, ${x[at]}: ${round(median)} ${unit} (${round(low)} to ${round(high)})`;
    const [left, top] = [px(xOf(at)), px(yOf(median))];
    return (
      `<g><title>${text}</title><line x1="${left}" x2="${left}" y1="${px(yOf(low))}" y2="${px(yOf(high))}"/>` +
      `<path class="fill" transform="translate(${left} ${top})" d="${shapes[contender]}"/></g>`
    );
  });
  return `<g class="${contender}"><polyline points="${path}"/>${marks.join("")}</g>`;
}

const px = (value: number): string => value.toFixed(1);

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
