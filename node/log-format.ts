import { inspect, styleText } from "node:util";
import { requestContext } from "./request-context.ts";

interface Bindings {
  nodeID: string;
  mod: string;
}

type Formatter = (level: string, args: unknown[], bindings: Bindings) => string[];

const colours = {
  fatal: "bgRed",
  error: "red",
  warn: "yellow",
  info: "green",
  debug: "magenta",
  trace: "gray",
} as const;

const print = (arg: unknown): string =>
  typeof arg === "string" ? arg : inspect(arg, { depth: 4, breakLength: Number.POSITIVE_INFINITY });

/** One JSON object a line: time, level, node, module, message, and the request and its trace when there are such. */
export const json: Formatter = (level, args, { nodeID, mod }) => [
  JSON.stringify({
    time: new Date().toISOString(),
    level,
    node: nodeID,
    module: mod,
    requestId: requestContext.getStore()?.requestId,
    traceId: requestContext.getStore()?.trace?.traceId,
    message: args.map(print).join(" "),
  }),
];

/** For a terminal: time, level, module, message, and the beginning of the request's id. */
export const readable: Formatter = (level, args, { mod }) => {
  const colour = colours[level as keyof typeof colours] ?? "white";
  const request = requestContext.getStore()?.requestId.slice(0, 8);
  return [
    styleText("gray", new Date().toISOString().slice(11, 23)),
    styleText(colour, level.padEnd(5)),
    styleText("cyan", mod.toLowerCase()),
    ...(request === undefined ? [] : [styleText("gray", `[${request}]`)]),
    args.map(print).join(" "),
  ];
};
