import { eventually } from "./eventually.ts";
import type { Span } from "./span-tree.ts";

/** What Jaeger says of the traces it took, by the API of its pages. */
export class JaegerApi {
  readonly #url: string;

  /** @param url where its pages are */
  constructor(url: string) {
    this.#url = url;
  }

  async services(): Promise<string[]> {
    return (await this.#get<readonly string[] | null>("services"))?.toSorted() ?? [];
  }

  /** The one trace of which a span of this service has these attributes, when it has so many spans, as who searches finds it. */
  trace(service: string, attributes: Readonly<Record<string, string>>, spans: number): Promise<Span[]> {
    const query = new URLSearchParams({ service, tags: JSON.stringify(attributes), lookback: "1h" });
    return eventually(async () => {
      const [found, ...others] = await this.#get<readonly Trace[]>(`traces?${query}`);
      if (found === undefined || found.spans.length < spans) throw new Error(`found ${JSON.stringify(found)}`);
      if (others.length > 0) throw new Error("more than one trace");
      return found.spans.map((span) => read(span, found));
    }, 30_000);
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/${path}`, { signal: AbortSignal.timeout(5_000) });
    const { data, errors } = (await response.json()) as { data: T; errors: unknown };
    if (errors !== null) throw new Error(`Jaeger: ${JSON.stringify(errors)}`);
    return data;
  }
}

interface Trace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}
interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
  /** Microseconds since 1970. */
  readonly startTime: number;
  readonly tags: readonly { readonly key: string; readonly value: string | number | boolean }[];
  readonly processID: string;
  /** What Jaeger mended in the span to show it. */
  readonly warnings: readonly string[] | null;
}

/** An event is handled after the span above it has ended, which Jaeger takes for a clock that is wrong. */
const asynchronous = /^clock skew adjustment disabled/;

/** @throws Error with what Jaeger finds wrong */
function read(span: JaegerSpan, { processes }: Trace): Span {
  const faults = span.warnings?.filter((warning) => !asynchronous.test(warning)) ?? [];
  if (faults.length > 0) throw new Error(`${span.operationName}: ${faults.join("; ")}`);
  const tags = Object.fromEntries(span.tags.map(({ key, value }) => [key, value]));
  const { "span.kind": kind = "internal", error = false, ...attributes } = tags;
  return {
    traceId: span.traceID,
    spanId: span.spanID,
    parentSpanId: span.references.find(({ refType, traceID }) => refType === "CHILD_OF" && traceID === span.traceID)
      ?.spanID,
    name: span.operationName,
    kind: kind as Span["kind"],
    service: String(processes[span.processID]?.serviceName),
    attributes: attributes as Record<string, string | number>,
    failed: error === true,
    begun: span.startTime / 1_000,
  };
}
