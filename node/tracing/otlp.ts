import { type Attributes, type Span, spanKinds } from "./span.ts";

/** https://opentelemetry.io/docs/specs/otlp/: STATUS_CODE_ERROR. */
const ERROR = 2;

/** Spans of one node as OTLP/HTTP has them in JSON: an ExportTraceServiceRequest. */
export const otlpRequest = (resource: Attributes, spans: readonly Span[]) => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeSpans: [{ scope: { name: "sixfold" }, spans: spans.map(spanOf) }],
    },
  ],
});

const spanOf = ({ trace: { traceId, spanId }, parentId, name, kind, begun, ended, attributes, failure }: Span) => ({
  traceId,
  spanId,
  ...(parentId === undefined ? {} : { parentSpanId: parentId }),
  name,
  kind: spanKinds.indexOf(kind) + 1,
  startTimeUnixNano: nanoseconds(begun),
  endTimeUnixNano: nanoseconds(ended),
  attributes: attributesOf(attributes),
  status: failure === undefined ? {} : { code: ERROR, message: failure },
});

/** More digits than a number has. */
const nanoseconds = (ms: number): string => `${Math.round(ms * 1_000)}000`;

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ key, value: typeof value === "string" ? { stringValue: value } : numberValue(value) }],
  );

/** An int64 is a text in protobuf's JSON. */
const numberValue = (value: number) => (Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value });
