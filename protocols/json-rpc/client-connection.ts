import { connect, type Socket } from "node:net";
import { isCode } from "../../errors/codes.ts";
import { CodedError, late } from "../../errors/index.ts";
import type { SocketBytes } from "../../node/socket-bytes.ts";
import { answerTooLarge, MAX_RECEIVED } from "../answer-size.ts";
import { CONNECT_TIMEOUT, MAX_CALL_BYTES, msUntil, overloaded } from "../calls.ts";
import { cancelled, unlessAborted } from "../cancellable.ts";
import type { Answer } from "../client.ts";
import { Lost, NotSent } from "../replicas.ts";
import { type AnswerMeta, CANCEL, CLOSING, type ErrorData, idIn } from "./message.ts";
import { Outbox } from "./outbox.ts";
import { Scanner } from "./scanner.ts";

interface Pending {
  readonly sentAt: number;
  readonly timer: NodeJS.Timeout;
  readonly signal?: AbortSignal;
  readonly abort: () => void;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown; readonly data?: Partial<ErrorData> };
  readonly meta?: AnswerMeta;
}

const MAX_DEPTH = 1_000;

/** One kept connection to one node. */
export class ClientConnection {
  readonly address: string;
  readonly node: string;
  readonly #socket: Socket;
  readonly #out: Outbox;
  readonly #pending = new Map<unknown, Pending>();
  readonly #scanner = new Scanner({ size: MAX_RECEIVED, depth: MAX_DEPTH });
  /** Resolves when it is connected; rejects with NotSent. */
  readonly #connected: Promise<void>;
  #isConnected = false;
  #isRetired = false;
  #why = "the connection was lost before the answer came";
  #heardAt = performance.now();

  /** @param address `tcp://host:port` @param onClose called once, when nothing comes of it any more */
  constructor(address: string, node: string, bytes: SocketBytes, onClose: () => void) {
    this.address = address;
    this.node = node;
    const { hostname, port } = new URL(address);
    const host = hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port: Number(port), noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
    this.#socket = socket;
    bytes.watch(socket);
    this.#out = new Outbox(socket, () => undefined);
    this.#connected = this.#connect();
    this.#connected.catch(() => undefined); // Who called hears of it.
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("end", () => this.retire());
    socket.once("close", () => {
      this.#isRetired = true;
      onClose();
      for (const id of [...this.#pending.keys()]) this.#fail(id, new Lost(node, this.#why));
    });
  }

  /** Whether more may be asked over it. */
  get isUsable(): boolean {
    return !this.#isRetired;
  }

  /**
   * @param message the request's line
   * @param until `performance.now()` when nobody waits any more
   * @throws NotSent, CodedError
   */
  call(id: number, message: string, until: number, signal?: AbortSignal): Promise<Answer> {
    const send = () => this.#send(id, message, until, signal);
    return this.#isConnected ? send() : this.#whenConnected(until, signal).then(send);
  }

  #send(id: number, message: string, until: number, signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isRetired) throw new NotSent("the connection ended");
      if (signal?.aborted) throw cancelled();
      // Of calls that were given up, too: they wait for nothing and lie here all the same.
      if (this.#out.unsent > MAX_CALL_BYTES) throw overloaded();
      const timer = setTimeout(() => this.#late(id), msUntil(until));
      const abort = () => {
        this.#out.send(`{"jsonrpc":"2.0","method":"${CANCEL}","params":{"id":${id}}}`);
        this.#fail(id, cancelled());
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#pending.set(id, { sentAt: performance.now(), timer, signal, abort, resolve, reject });
      this.#out.send(message);
    });
  }

  /** Asks nothing more; ends when what was asked is answered. */
  retire(): void {
    this.#isRetired = true;
    if (this.#pending.size === 0) this.#out.end();
  }

  destroy(why: string): void {
    this.#why = why;
    this.#socket.destroy();
  }

  #connect(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(new Error("no connection in time")), CONNECT_TIMEOUT);
      socket.once("connect", () => {
        clearTimeout(timer);
        this.#isConnected = true;
        resolve();
      });
      let cause: Error | undefined;
      socket.on("error", (error) => {
        cause = error;
      });
      socket.once("close", () => {
        clearTimeout(timer);
        reject(new NotSent("not connected", { cause }));
      });
    });
  }

  async #whenConnected(until: number, signal?: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late()), msUntil(until));
    });
    const connected = Promise.race([this.#connected, tooLate]);
    await unlessAborted(connected, signal).finally(() => clearTimeout(timer));
  }

  /** One that said nothing since the call was sent may be dead, and is not asked again; another is opened for the next. */
  #late(id: number): void {
    const sentAt = this.#pending.get(id)?.sentAt;
    this.#fail(id, late());
    if (sentAt !== undefined && this.#heardAt < sentAt) this.retire();
    // A node that is silent may not read either: it would never see the end.
    if (this.#isRetired && this.#pending.size === 0) this.destroy("nobody waits for its answers any more");
  }

  #receive(chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      this.#scanner.push(chunk);
      for (let scanned = this.#scanner.next(); scanned !== undefined; scanned = this.#scanner.next()) {
        if (scanned.text === undefined) this.#fail(idIn(scanned.head), answerTooLarge());
        else this.#take(JSON.parse(scanned.text) as Message);
      }
    } catch (error) {
      this.destroy(`the service's answer cannot be read: ${(error as Error).message}`);
    }
    if (this.#isRetired && this.#pending.size === 0) this.#out.end();
  }

  #take({ id, method, result, error, meta }: Message): void {
    if (method === CLOSING) return this.retire();
    const pending = this.#settled(id);
    if (pending === undefined) return; // Its caller has given up.
    if (error === undefined) pending.resolve({ value: result, node: meta?.node ?? this.node, took: meta?.took });
    else pending.reject(this.#refusal(error));
  }

  /** It waits no more. */
  #settled(id: unknown): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.signal?.removeEventListener("abort", pending.abort);
    return pending;
  }

  #refusal({ message, data = {} }: NonNullable<Message["error"]>): CodedError {
    const code = isCode(data.code) ? data.code : "INTERNAL";
    const coded = new CodedError(code, String(message), { data: data.data });
    coded.nodeID = data.node ?? this.node;
    return coded;
  }

  #fail(id: unknown, error: CodedError): void {
    const pending = this.#settled(id);
    if (pending === undefined) return;
    error.nodeID = this.node;
    pending.reject(error);
    if (this.#isRetired && this.#pending.size === 0) this.#out.end();
  }
}
