import { randomBytes } from "node:crypto";
import { toCodedError } from "../../errors/index.ts";
import type { TraceContext } from "./trace-context.ts";
import { now } from "./wall-clock.ts";

/** In the order of OTLP's numbers, which begin with 1. */
export const spanKinds = ["internal", "server", "client", "producer", "consumer"] as const;

export interface SpanOptions {
  /** Of few different values: an operation, a route, a queue; never what a client wrote. */
  readonly name: string;
  readonly kind: (typeof spanKinds)[number];
  readonly attributes?: Attributes;
}

/** Never parameters: there are passwords among them. */
export type Attributes = Record<string, string | number | undefined>;

/** One piece of work: when it was done, below which other, and how it ended. */
export class Span {
  name: string;
  readonly kind: SpanOptions["kind"];
  readonly attributes: Attributes;
  readonly trace: TraceContext;
  /** The span above it; undefined for the first of a trace. */
  readonly parentId?: string;
  /** ms since 1970, with fractions. */
  readonly begun = now();
  ended = 0;
  /** What it failed with: a coded error's message. */
  failure?: string;
  readonly #onEnd: (span: Span) => void;

  constructor(
    { name, kind, attributes = {} }: SpanOptions,
    trace: TraceContext,
    parentId: string | undefined,
    onEnd: (span: Span) => void,
  ) {
    this.name = name;
    this.kind = kind;
    this.attributes = { ...attributes };
    this.trace = trace;
    this.parentId = parentId;
    this.#onEnd = onEnd;
  }

  /** @param error what it failed with; a server does not fail with what is its caller's fault */
  end(error?: unknown): void {
    this.ended = now();
    if (error !== undefined) {
      const { type, code, message } = toCodedError(error);
      this.attributes["error.type"] = type;
      if (code >= 500 || this.kind === "client") this.failure = message;
    }
    this.#onEnd(this);
  }
}

export const newTraceId = (): string => randomBytes(16).toString("hex");
export const newSpanId = (): string => randomBytes(8).toString("hex");
