/** What of a trace goes from hop to hop: W3C Trace Context, https://www.w3.org/TR/trace-context/. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span that what is done here is below: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the trace is recorded; whoever began it says so for all. */
  readonly sampled: boolean;
}

/** The header, the metadata's key and the message's header: the same name on every protocol. */
export const TRACEPARENT = "traceparent";

/** Version ff is none, a later version may say more at its end; ids of zeros are none. */
const format = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** @returns undefined for what is malformed, as for what is absent: the trace begins here */
export function traceFrom(traceparent: unknown): TraceContext | undefined {
  if (typeof traceparent !== "string") return undefined;
  const [whole, version, traceId, spanId, flags, more] = format.exec(traceparent) ?? [];
  if (whole === undefined || traceId === undefined || spanId === undefined) return undefined;
  if (version === "00" && more !== undefined) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags ?? "", 16) & 1) === 1 };
}

export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
