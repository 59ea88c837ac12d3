import type { ContenderName } from "../contenders.ts";
import type { Figure, Series } from "./series.ts";
import { round, title } from "./words.ts";

/** Where everything of a picture stands, px; who draws it says how: the HTML report, and the page. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly grid: readonly { readonly y: number; readonly label: string }[];
  /** Their labels have their foot at `y`. */
  readonly columns: readonly { readonly x: number; readonly y: number; readonly label: string }[];
  readonly lines: readonly Line[];
}

interface Line {
  readonly contender: ContenderName;
  /** As a polyline has them. */
  readonly points: string;
  readonly marks: readonly Mark[];
}

/** A value, and the ends of its interval. */
interface Mark {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly says: string;
}

const WIDTH = 360;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;

/** Told apart without colours too. */
export const shapes: Readonly<Record<ContenderName, string>> = {
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
  "mesh-cbor": "M-4,-4h8l-8,8h8z",
  "mesh-msgpack": "M-2,-5h4v10h-4z",
};

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
  const isPlain = (step: number) => step === low || step === high || String(step).replace(/[0.]/g, "") === "1";
  const ticks = within.length > 7 ? within.filter(isPlain) : within;
  return { low, high, ticks };
}

/** A line for each contender, with the intervals; undefined when there is nothing to draw. */
export function plotOf({ unit, x, series }: Figure): Plot | undefined {
  // An interval that begins at nothing is drawn from the axis on.
  const values = series
    .flatMap(({ points }) => points.flatMap(({ value: { median, low, high } }) => [median, low, high]))
    .filter((value) => value > 0);
  if (values.length === 0) return undefined;
  const axis = axisOf(values);
  const y = (value: number): number => {
    const inside = Math.min(Math.max(value, axis.low), axis.high);
    const share = Math.log(inside / axis.low) / Math.log(axis.high / axis.low);
    return px(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP));
  };
  const column = (WIDTH - LEFT - RIGHT) / x.length;
  const center = (at: number): number => LEFT + (at + 0.5) * column;
  // Side by side where they would hide each other.
  const shift = (index: number) => (index - (series.length - 1) / 2) * Math.min(5, column / (series.length + 1));
  return {
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: WIDTH - RIGHT,
    grid: axis.ticks.map((tick) => ({ y: y(tick), label: short(tick) })),
    columns: x.map((label, at) => ({ x: px(center(at)), y: HEIGHT - 8, label })),
    lines: series.map((one, index) => lineOf(one, (at) => px(center(at) + shift(index)), y, { x, unit })),
  };
}

function lineOf(
  { contender, points }: Series,
  xOf: (at: number) => number,
  yOf: (value: number) => number,
  { x, unit }: Pick<Figure, "x" | "unit">,
): Line {
  const marks = points.map(({ at, value: { median, low, high } }) => ({
    x: xOf(at),
    y: yOf(median),
    low: yOf(low),
    high: yOf(high),
    says: `${title(contender)}, ${x[at]}: ${round(median)} ${unit} (${round(low)} to ${round(high)})`,
  }));
  return { contender, points: marks.map((mark) => `${mark.x},${mark.y}`).join(" "), marks };
}

/** A tenth of a pixel is as exact as a picture is. */
const px = (value: number): number => Math.round(value * 10) / 10;

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
