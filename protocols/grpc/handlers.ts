import { addAbortListener, once } from "node:events";
import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerReadableStream,
  ServerWritableStream,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import type { CallingOptions } from "moleculer";
import { CodedError, toCodedError } from "../../errors/index.ts";
import type { Message } from "./definitions.ts";
import { type Edge, InHand } from "./in-hand.ts";
import { type Mapping, paramsIn, responseFor } from "./mapping.ts";

/** An rpc and the action that does its work. */
export interface Served {
  readonly mapping: Mapping;
  readonly act: (params: object, options: CallingOptions) => Promise<unknown>;
}

/** Messages of one stream that are worked on at once; the next is read when one is done. */
const MAX_IN_HAND = 64;

/** How an rpc of its kind calls its action: once, for each message that comes, or for a value that is a stream. */
export function handlerOf(served: Served, edge: Edge): UntypedHandleCall {
  const { requestStream, responseStream } = served.mapping.of.definition;
  if (requestStream) return eachMessage(served, edge);
  return responseStream ? eachValue(served, edge) : one(served, edge);
}

function one({ mapping, act }: Served, edge: Edge): handleUnaryCall<Message, Buffer> {
  return (call, callback) => {
    const inHand = new InHand(call, edge);
    inHand
      .run(async () => act(paramsIn(mapping, call.request), inHand.options()))
      .then((value) => {
        const response = responseFor(mapping, value);
        call.sendMetadata(inHand.told());
        inHand.answered();
        callback(null, response, inHand.said());
      })
      .catch((error: unknown) => callback(inHand.refusal(error)));
  };
}

/** Answers with how many there were. The first that fails ends the stream with its error; so does a node that leaves. */
function eachMessage({ mapping, act }: Served, edge: Edge): handleClientStreamingCall<Message, Buffer> {
  return (call, callback) => {
    const inHand = new InHand(call, edge);
    inHand.signal.addEventListener("abort", () => call.destroy(), { once: true });
    const work = (message: Message) => act(paramsIn(mapping, message), inHand.options());
    inHand
      .run(() => forEach(call, inHand.signal, edge.draining, work))
      .then((count) => {
        call.sendMetadata(inHand.told());
        inHand.answered();
        callback(null, responseFor(mapping, count), inHand.said());
      })
      .catch((error: unknown) => callback(inHand.refusal(error)));
  };
}

/** Reads no further than to the first that fails, nor when the node leaves; what was read by then is done first. */
async function forEach(
  call: ServerReadableStream<Message, Buffer>,
  signal: AbortSignal,
  draining: AbortSignal,
  work: (message: Message) => Promise<unknown>,
): Promise<number> {
  let begun = 0;
  let done = 0;
  let failure: { error: unknown; message: number } | undefined;
  let left = false;
  let proceed = () => {};
  const wait = () =>
    new Promise<void>((resolve) => {
      proceed = resolve;
    });
  const leaving = addAbortListener(draining, () => {
    left = true;
    call.destroy();
  });
  try {
    for await (const message of call as AsyncIterable<Message>) {
      const index = begun++;
      work(message)
        .catch((error: unknown) => {
          failure ??= { error, message: index };
          // The next message may never come.
          call.destroy();
        })
        .finally(() => {
          done++;
          proceed();
        });
      while (begun - done >= MAX_IN_HAND) await wait();
      if (failure !== undefined || left) break;
    }
  } catch (error) {
    // How a stream ends that was given up is of no interest.
    signal.throwIfAborted();
    if (failure === undefined && !left) throw error;
  } finally {
    leaving[Symbol.dispose]();
  }
  while (done < begun) await wait();
  signal.throwIfAborted();
  if (failure !== undefined) throw inStream(failure, begun);
  if (left) throw inLeaving(begun);
  return done;
}

/** Tells which message it was. Of the others up to `taken` most were done all the same. */
function inStream({ error, message }: { error: unknown; message: number }, taken: number): CodedError {
  const { type, message: said, data } = toCodedError(error);
  return new CodedError(type, `message ${message}: ${said}`, { data: { message, taken, data }, cause: error });
}

/** @param taken all of them are done */
function inLeaving(taken: number): CodedError {
  const message = `the node is leaving: the first ${taken} messages are done, send the others again`;
  return new CodedError("SERVICE_UNAVAILABLE", message, { data: { taken } });
}

function eachValue({ mapping, act }: Served, edge: Edge): handleServerStreamingCall<Message, Buffer> {
  return (call) => {
    const inHand = new InHand(call, edge);
    const leave = () => inHand.giveUp(new CodedError("SERVICE_UNAVAILABLE", "the node is leaving, call again"));
    const leaving = addAbortListener(edge.draining, leave);
    inHand
      .run(async () => {
        const values = await act(paramsIn(mapping, call.request), inHand.options());
        call.sendMetadata(inHand.told());
        await writeEach(call, values as AsyncIterable<object>, mapping, inHand.signal);
        inHand.answered();
        call.end(inHand.said());
      })
      .catch((error: unknown) => call.emit("error", inHand.refusal(error)))
      .finally(() => leaving[Symbol.dispose]());
  };
}

/** As fast as they are read at the other end. The source ends with the call, however that ends. */
async function writeEach(
  call: ServerWritableStream<Message, Buffer>,
  values: AsyncIterable<object>,
  mapping: Mapping,
  signal: AbortSignal,
): Promise<void> {
  const iterator = values[Symbol.asyncIterator]();
  // A race with one promise for all values would keep something of each as long as the stream lasts.
  let giveUp = (_: unknown) => {};
  const abort = () => giveUp(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const unlessGivenUp = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      if (signal.aborted) abort();
      work.then(resolve, reject);
    });
  try {
    for (;;) {
      const next = await unlessGivenUp(iterator.next());
      if (next.done === true) return;
      if (!call.write(responseFor(mapping, next.value))) await unlessGivenUp(once(call, "drain"));
    }
  } finally {
    signal.removeEventListener("abort", abort);
    if ("destroy" in values) (values as unknown as { destroy: () => void }).destroy();
    // Not waited for: a generator ends at its next value only.
    else iterator.return?.().catch(() => undefined);
  }
}
