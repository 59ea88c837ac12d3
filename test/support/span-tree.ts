export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  /** The node's service. */
  readonly service: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly failed: boolean;
  /** ms since 1970. */
  readonly begun: number;
}

/** The spans below one, or below none, one a line below each other: `kind service name`, with the protocol where it tells. */
export function spanTree(spans: readonly Span[], below?: string, depth = 0): string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === below)
    .sort((one, other) => one.begun - other.begun)
    .flatMap(({ kind, service, name, attributes: { protocol }, spanId }) => [
      `${"  ".repeat(depth)}${kind} ${service}: ${name}${protocol === undefined ? "" : ` over ${protocol}`}`,
      ...spanTree(spans, spanId, depth + 1),
    ]);
}
