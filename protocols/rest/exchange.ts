import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { late } from "../../errors/index.ts";
import { answerTooLarge, MAX_RECEIVED } from "../answer-size.ts";
import { msUntil } from "../calls.ts";
import { cancelled } from "../cancellable.ts";
import { NotSent } from "../replicas.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** ms the service itself worked, when it says so. */
  readonly took?: number;
}

/** How long somebody waits. */
export interface Wait {
  /** `performance.now()` */
  readonly until: number;
  readonly signal?: AbortSignal;
}

type Controller = Dispatcher.DispatchController;

/** One request and its answer, as undici tells of it: over when it is answered, fails, is late or is given up. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal?: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  /** Since its first byte was written. */
  #controller?: Controller;
  #failed?: Error;
  #status = 0;
  #took?: number;
  #size = 0;
  readonly #chunks: Buffer[] = [];

  constructor({ until, signal }: Wait, resolve: (reply: Reply) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#fail(late()), msUntil(until));
    signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  onRequestStart(controller: Controller): void {
    if (this.#failed !== undefined) controller.abort(this.#failed);
    this.#controller = controller;
  }

  onResponseStart(_: Controller, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    const took = /;dur=([\d.]+)/.exec(String(headers["server-timing"]))?.[1];
    this.#took = took === undefined ? undefined : Number(took);
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_RECEIVED) this.#fail(answerTooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const text = Buffer.concat(this.#chunks).toString("utf8");
    this.#resolve({ status: this.#status, text, took: this.#took });
  }

  onResponseError(_: Controller, error: Error): void {
    this.#fail(this.#controller === undefined ? new NotSent("not sent", { cause: error }) : error);
  }

  readonly #cancel = (): void => this.#fail(cancelled());

  #fail(error: Error): void {
    if (this.#failed !== undefined) return;
    this.#failed = error;
    this.#settle();
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#cancel);
  }
}
