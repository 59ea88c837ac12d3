import { requestContext } from "../request-context.ts";
import { newSpanId, newTraceId, Span, type SpanOptions } from "./span.ts";
import { type TraceContext, traceparentOf } from "./trace-context.ts";

interface TracerOptions {
  /** The part of the traces that begin here which is recorded, 0 to 1; of others whoever began them decides. */
  readonly ratio: number;
  /** Told of every span that ended and is to be recorded. */
  readonly onEnd: (span: Span) => void;
}

/** Makes spans. A node has one when it traces. */
export class Tracer {
  readonly #options: TracerOptions;

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  /** Below the span that this is called in, or the first of a trace. Whoever begins it ends it. */
  begin(options: SpanOptions, parent = currentTrace()): Span {
    const { ratio, onEnd } = this.#options;
    const sampled = parent?.sampled ?? Math.random() < ratio;
    const trace = { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId(), sampled };
    return new Span(options, trace, parent?.spanId, sampled ? onEnd : () => undefined);
  }
}

/** The trace that this is called in. */
export const currentTrace = (): TraceContext | undefined => requestContext.getStore()?.trace;

/** What tells the next hop of the trace: below this span, else, where nothing is recorded, below what came along. */
export function traceparentBelow(span?: Span): string | undefined {
  const trace = span?.trace ?? currentTrace();
  return trace === undefined ? undefined : traceparentOf(trace);
}

/** Ends the span with the work. */
export async function endWith<T>(span: Span | undefined, work: PromiseLike<T>): Promise<T> {
  try {
    const value = await work;
    span?.end();
    return value;
  } catch (error) {
    span?.end(error);
    throw error;
  }
}

/** Does the work with the span above all that it does. */
export function within<T>(span: Span, work: () => T): T {
  const around = requestContext.getStore() ?? { requestId: span.trace.traceId };
  return requestContext.run({ ...around, trace: span.trace }, work);
}
