import { CodedError, toCodedError } from "../../errors/index.ts";
import { requestContext, requestIdFrom } from "../../node/request-context.ts";
import { traceFrom } from "../../node/tracing/trace-context.ts";
import { AnswerRoom } from "../answer-size.ts";
import type { CancellableCalls } from "../cancellable.ts";
import { isDeeperThan, MAX_DEPTH } from "../request-body.ts";
import { CANCEL, type Call, failure, paramsOf, Refused, readCall, success } from "./message.ts";
import { callMethod, type Methods } from "./methods.ts";

/** The longest batch. Its calls run at the same time. */
export const MAX_BATCH = 100;

export interface ResponderOptions {
  readonly methods: Methods;
  readonly node: string;
  /** ms; a caller's deadline may be nearer. */
  readonly requestTimeout: number;
  /** Tells of what a client is not told. @param method as the client wrote it */
  readonly onError: (error: CodedError, method: string) => void;
}

/** How a message came. */
export interface Arrival {
  /** `performance.now()` when it was there: deadlines count from then. */
  readonly at: number;
  /** Of all that came with it, where the transport tells. */
  readonly requestId?: string;
  /** Those of whoever sent it. */
  readonly calls: CancellableCalls;
  /** Whether it may be nested deeper than parameters may. */
  readonly deep: boolean;
}

/** Answers messages, whatever they came over. */
export class Responder {
  readonly counters = { calls: 0, errors: 0 };
  readonly #options: ResponderOptions;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Never rejects. @returns the answer as text; undefined when there is none, because nobody wants one */
  answer(message: unknown, arrival: Arrival): Promise<string | undefined> {
    const room = new AnswerRoom();
    return Array.isArray(message) ? this.#batch(message, arrival, room) : this.#one(message, arrival, room, false);
  }

  async #batch(messages: readonly unknown[], arrival: Arrival, room: AnswerRoom): Promise<string | undefined> {
    if (messages.length === 0) return this.refuse(new Refused("a batch must not be empty"));
    if (messages.length > MAX_BATCH) return this.refuse(new Refused(`a batch has at most ${MAX_BATCH} requests`));
    const answers = await Promise.all(messages.map((each) => this.#one(each, arrival, room, true)));
    const wanted = answers.filter((answer) => answer !== undefined);
    return wanted.length === 0 ? undefined : `[${wanted.join(",")}]`;
  }

  /** The answer to what was no request. */
  refuse(error: CodedError, id: unknown = null): string {
    this.counters.errors++;
    return failure({ version: "2.0", id }, error, this.#options.node);
  }

  async #one(message: unknown, arrival: Arrival, room: AnswerRoom, batched: boolean): Promise<string | undefined> {
    let call: Call;
    try {
      call = readCall(message, batched);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.counters.errors++;
      return failure(error, error, this.#options.node);
    }
    const isAwaited = call.id !== undefined;
    if (call.method === CANCEL && !isAwaited) return void arrival.calls.cancel(idToCancel(call));
    this.counters.calls++;
    const requestId = requestIdFrom(call.meta?.requestId ?? arrival.requestId);
    const trace = traceFrom(call.meta?.traceparent) ?? requestContext.getStore()?.trace;
    return requestContext.run({ requestId, trace, protocol: "json-rpc" }, () =>
      this.#call(call, requestId, arrival, room),
    );
  }

  async #call(call: Call, requestId: string, arrival: Arrival, room: AnswerRoom): Promise<string | undefined> {
    const { node, onError } = this.#options;
    const begun = performance.now();
    const meta = () => call.meta && { node, requestId, took: Math.round((performance.now() - begun) * 10) / 10 };
    try {
      const value = await arrival.calls.run(call.id, (signal) => this.#work(call, requestId, arrival, signal));
      return call.id === undefined ? undefined : room.take(success(call, value, meta()));
    } catch (error) {
      const coded = toCodedError(error);
      this.counters.errors++;
      onError(coded, call.method);
      return call.id === undefined ? undefined : failure(call, coded, node, meta());
    }
  }

  /** @throws CodedError */
  #work(call: Call, requestID: string, { at, deep }: Arrival, signal: AbortSignal): Promise<unknown> {
    const method = this.#options.methods.find(call.method);
    const params = paramsOf(call);
    if (deep && isDeeperThan(params, MAX_DEPTH)) {
      throw new CodedError("MALFORMED_BODY", `the parameters must not be nested deeper than ${MAX_DEPTH}`);
    }
    const { deadline } = call.meta ?? {};
    if (deadline === undefined) return callMethod(method, params, { requestID, signal });
    const left = Math.min(Math.ceil(at + deadline - performance.now()), this.#options.requestTimeout);
    if (left <= 0) throw new CodedError("TIMEOUT", "the time for the operation was used up");
    return callMethod(method, params, { requestID, signal, timeout: left });
  }
}

const idToCancel = ({ params }: Call): unknown => (params as { id?: unknown } | undefined)?.id;
