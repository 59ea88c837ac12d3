import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Span, spanTree } from "./span-tree.ts";

/** An OTLP/HTTP collector that takes JSON to the letter of the specification and refuses the rest with 400. */
export class Collector {
  readonly spans: Span[] = [];
  /** What was wrong with what came. */
  readonly faults: string[] = [];
  /** What it answers with instead, while it is set. */
  status?: number;
  readonly #server: Server;

  static async start(port = 0): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.#server.listen(port, "127.0.0.1", resolve));
    return collector;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      try {
        equal("the request", `${request.method} ${request.url}`, "POST /v1/traces");
        equal("the content type", request.headers["content-type"], "application/json");
        const spans = spansIn(JSON.parse(Buffer.concat(chunks).toString()));
        if (this.status === undefined) this.spans.push(...spans);
        response.writeHead(this.status ?? 200, { "Content-Type": "application/json" }).end("{}");
      } catch (error) {
        this.faults.push((error as Error).message);
        response.writeHead(400).end();
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A trace as {@link spanTree} has it. */
  tree(traceId: string, below?: string): string[] {
    return spanTree(
      this.spans.filter((span) => span.traceId === traceId),
      below,
    );
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

const kinds = [undefined, "internal", "server", "client", "producer", "consumer"] as const;

function spansIn(body: unknown): Span[] {
  return each("resourceSpans", body, ["resourceSpans"]).flatMap((ofResource) => {
    const { resource } = keys("resourceSpans", ofResource, ["resource", "scopeSpans"]);
    const of = attributes(keys("resource", resource, ["attributes"]).attributes);
    return each("scopeSpans", ofResource, ["resource", "scopeSpans"]).flatMap((ofScope) => {
      const { scope } = keys("scopeSpans", ofScope, ["scope", "spans"]);
      equal("scope", keys("scope", scope, ["name"]).name, "sixfold");
      return each("spans", ofScope, ["scope", "spans"]).map((span) => read(span, of));
    });
  });
}

const members = "traceId spanId parentSpanId name kind startTimeUnixNano endTimeUnixNano attributes status".split(" ");

function read(given: unknown, resource: Record<string, string | number>): Span {
  const span = keys("span", given, members);
  match("traceId", span.traceId, /^(?!0+$)[\da-f]{32}$/);
  match("spanId", span.spanId, /^(?!0+$)[\da-f]{16}$/);
  if (span.parentSpanId !== undefined) match("parentSpanId", span.parentSpanId, /^(?!0+$)[\da-f]{16}$/);
  match("name", span.name, /./);
  match("startTimeUnixNano", span.startTimeUnixNano, /^\d{19}$/);
  match("endTimeUnixNano", span.endTimeUnixNano, /^\d{19}$/);
  const begun = BigInt(String(span.startTimeUnixNano));
  if (BigInt(String(span.endTimeUnixNano)) < begun) throw new Error("a span ends before it begins");
  if (Math.abs(Number(begun / 1_000_000n) - Date.now()) > 60_000) throw new Error("a span is not of this minute");
  const kind = kinds[Number(span.kind)];
  if (kind === undefined) throw new Error(`kind is ${JSON.stringify(span.kind)}`);
  const { code, message } = keys("status", span.status, ["code", "message"]);
  if (code !== undefined) equal("status.code", code, 2);
  if (message !== undefined) match("status.message", message, /./);
  return {
    traceId: String(span.traceId),
    spanId: String(span.spanId),
    parentSpanId: span.parentSpanId as string | undefined,
    name: String(span.name),
    kind,
    service: String(resource["service.name"]),
    attributes: attributes(span.attributes),
    failed: code === 2,
    begun: Number(begun) / 1e6,
  };
}

function attributes(given: unknown): Record<string, string | number> {
  return Object.fromEntries(
    each("attributes", { attributes: given }, ["attributes"]).map((attribute) => {
      const { key, value } = keys("attribute", attribute, ["key", "value"]);
      match("key", key, /^[a-z][\w.]*$/);
      const { stringValue, intValue, doubleValue, ...rest } = keys(
        "value",
        value,
        "stringValue intValue doubleValue".split(" "),
      );
      const [only, more] = [stringValue, intValue, doubleValue].filter((one) => one !== undefined);
      if (only === undefined || more !== undefined || Object.keys(rest).length > 0) throw new Error("one value a key");
      if (intValue !== undefined) match("intValue", intValue, /^-?\d+$/);
      return [key, stringValue === undefined ? Number(only) : String(stringValue)] as const;
    }),
  );
}

function each(name: string, given: unknown, known: readonly string[]): unknown[] {
  const list = keys(name, given, known)[name];
  if (!Array.isArray(list)) throw new Error(`${name} is no array`);
  return list;
}

function keys(name: string, given: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof given !== "object" || given === null) throw new Error(`${name} is no object`);
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${name} has ${unknown}`);
  return given as Record<string, unknown>;
}

function match(name: string, given: unknown, pattern: RegExp): void {
  if (typeof given !== "string" || !pattern.test(given)) throw new Error(`${name} is ${JSON.stringify(given)}`);
}

function equal(name: string, given: unknown, expected: unknown): void {
  if (given !== expected) throw new Error(`${name} is ${JSON.stringify(given)}, not ${JSON.stringify(expected)}`);
}
