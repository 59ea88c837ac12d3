import { pageConfig } from "./config.ts";
import { parseServerTiming, type Timing } from "./server-timing.ts";
import { maybeSignedIn } from "./signed-in-hint.ts";

/** The gateway waits for its upstreams for seconds; who waits longer than this waits for nothing, ms. */
const PATIENCE = 30_000;

export interface Envelope {
  readonly error: boolean;
  readonly message: string;
  readonly code?: string;
  readonly data?: unknown;
}

/** A request with all that is known of its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly payload?: unknown;
  readonly sentAt: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly body: Envelope;
  /** From sending to the last byte, as this page saw it, ms. */
  readonly duration: number;
  readonly via?: string;
  readonly node?: string;
  readonly requestId?: string;
  readonly timings: readonly Timing[];
}

/** Errors that end by themselves when what is away is back. */
const passing: ReadonlySet<string> = new Set([
  "OVERLOADED",
  "SERVICE_UNAVAILABLE",
  "DEPENDENCY_UNAVAILABLE",
  "TIMEOUT",
  "NO_ANSWER",
  "NO_ANSWER_IN_TIME",
]);

/** Why something did not work, with the code of the system's table of errors. */
export class Failure extends Error {
  readonly code: string;
  readonly requestId?: string;

  constructor(code: string, message: string, requestId?: string) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }

  get mayPass(): boolean {
    return passing.has(this.code);
  }

  static from(error: unknown): Failure {
    if (error instanceof Failure) return error;
    return new Failure("PAGE_ERROR", error instanceof Error ? error.message : String(error));
  }
}

/** Resolves whatever the answer is; no answer is the code NO_ANSWER or NO_ANSWER_IN_TIME. */
export async function exchange(
  method: string,
  path: string,
  payload?: unknown,
  signal?: AbortSignal,
): Promise<Exchange> {
  const sentAt = new Date().toISOString();
  const begun = performance.now();
  const asked = { method, path, payload, sentAt };
  try {
    const { gatewayUrl } = await pageConfig();
    const patience = AbortSignal.timeout(PATIENCE);
    const response = await fetch(gatewayUrl.replace(/\/$/, "") + path, {
      method,
      credentials: maybeSignedIn() || path === "/session" ? "include" : "omit",
      headers: payload === undefined ? {} : { "Content-Type": "application/json" },
      body: payload === undefined ? undefined : JSON.stringify(payload),
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
    const body = await envelopeOf(response);
    return { ...asked, status: response.status, body, duration: performance.now() - begun, ...told(response.headers) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { ...asked, status: 0, body: unanswered(error), duration: performance.now() - begun, timings: [] };
  }
}

/** The answer's data. @throws Failure with the answer's code and message */
export async function call<T>(method: string, path: string, payload?: unknown, signal?: AbortSignal): Promise<T> {
  const { status, body, requestId } = await exchange(method, path, payload, signal);
  if (status >= 200 && status < 300 && !body.error) return body.data as T;
  if (status === 401 && body.code === "UNAUTHENTICATED") for (const listener of signedOut) listener();
  throw new Failure(body.code ?? `HTTP_${status}`, body.message, requestId);
}

/** Told when the gateway no longer knows who this is. */
const signedOut = new Set<() => void>();
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

async function envelopeOf(response: Response): Promise<Envelope> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Envelope;
  } catch {
    const message = text === "" ? `an empty answer with status ${response.status}` : text.slice(0, 2000);
    return { error: !response.ok, message, ...(response.ok ? {} : { code: `HTTP_${response.status}` }) };
  }
}

function told(headers: Headers): Pick<Exchange, "via" | "node" | "requestId" | "timings"> {
  return {
    via: headers.get("x-via") ?? undefined,
    node: headers.get("x-node") ?? undefined,
    requestId: headers.get("x-request-id") ?? undefined,
    timings: parseServerTiming(headers.get("server-timing") ?? ""),
  };
}

function unanswered(error: unknown): Envelope {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return { error: true, code: "NO_ANSWER_IN_TIME", message: `no answer within ${PATIENCE / 1000} s` };
  }
  return { error: true, code: "NO_ANSWER", message: "the gateway did not answer" };
}
