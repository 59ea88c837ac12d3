import type { Socket } from "node:net";
import { CodedError } from "../../errors/index.ts";
import { bodies } from "../../node/bodies.ts";
import { CancellableCalls } from "../cancellable.ts";
import { bodyTooLarge, MAX_DEPTH } from "../request-body.ts";
import { CLOSING, idIn } from "./message.ts";
import { Outbox } from "./outbox.ts";
import type { Responder } from "./responder.ts";
import { ScanError, type Scanned, Scanner } from "./scanner.ts";

export interface ConnectionLimits {
  /** The largest message, bytes. */
  readonly message: number;
  /** Requests in hand at once; those of a batch count. Beyond it nothing more is read. */
  readonly inHand: number;
  /** How long a message that has begun may take to be there whole, ms. */
  readonly partial: number;
  /** How long a connection may be kept without a request, ms. */
  readonly idle: number;
  /** How long a client may leave its answers unread, ms. */
  readonly unread: number;
}

/** What is read and forgotten of a client that is not listened to any more, so that it gets to read why: bytes and ms. */
const FORGET_MOST = 16 << 20;
const FORGET_LONGEST = 2_000;
/** How long a client that was told may go on sending, ms. */
const LEAVE_GRACE = 1_000;
/** A batch in an array, the request, and positional parameters lie around what is given. */
const AROUND = 3;

/**
 * One client's connection: messages in, answers out as they are ready, in any order. What its client can make it hold is
 * bounded: one message, the requests in hand, and the answers, for which it stops reading when they are not taken. The
 * messages that are not there whole are bounded together with those of all connections.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #responder: Responder;
  readonly #limits: ConnectionLimits;
  readonly #scanner: Scanner;
  readonly #out: Outbox;
  readonly #calls = new CancellableCalls();
  #inHand = 0;
  /** Its client is one of this system, and understands what else a server may say. */
  #knowsMeta = false;
  /** The client has sent all it will send, or is not listened to. */
  #heard = false;
  #forgotten = 0;
  /** What `bodies` counts of the message that is not there whole, bytes. */
  #counted = 0;
  /** `performance.now()`, or undefined when it is not so. */
  #partialSince?: number;
  #endedAt?: number;
  #leavingSince?: number;
  #active = performance.now();

  constructor(socket: Socket, responder: Responder, limits: ConnectionLimits) {
    this.#socket = socket;
    this.#responder = responder;
    this.#limits = limits;
    this.#scanner = new Scanner({ size: limits.message, depth: MAX_DEPTH + AROUND });
    this.#out = new Outbox(socket, () => this.#goOn());
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("end", () => this.#received());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#calls.cancelAll();
      this.#release();
    });
  }

  get inHand(): number {
    return this.#inHand;
  }

  /** Takes no more than was sent, answers it, ends. */
  leave(): void {
    this.#leavingSince = performance.now();
    if (this.#knowsMeta && !this.#heard) this.#out.send(`{"jsonrpc":"2.0","method":"${CLOSING}"}`);
    else this.#stopListening();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Looks whether something takes too long; called every now and then. */
  watch(now: number): void {
    const since = (then: number | undefined) => (then === undefined ? 0 : now - then);
    const { partial, idle, unread } = this.#limits;
    if (since(this.#endedAt) > FORGET_LONGEST || since(this.#out.blockedSince) > unread) this.destroy();
    else if (since(this.#leavingSince) > LEAVE_GRACE) this.#stopListening();
    else if (!this.#heard && since(this.#partialSince) > partial) {
      this.#giveUp(new CodedError("MALFORMED_REQUEST", "the rest of the request did not come in time"));
    } else if (this.#leavingSince === undefined && this.#inHand === 0 && now - this.#active > idle) this.leave();
  }

  #receive(chunk: Buffer): void {
    this.#active = performance.now();
    if (this.#heard) {
      this.#forgotten += chunk.length;
      if (this.#forgotten > FORGET_MOST) this.destroy();
      return;
    }
    this.#scanner.push(chunk);
    this.#goOn();
  }

  /** Takes what there is, as far as the limits allow; when they do not, nothing more is read until they do. */
  #goOn(): void {
    if (!this.#heard) {
      try {
        while (this.#mayTake()) {
          const scanned = this.#scanner.next();
          if (scanned === undefined) break;
          this.#partialSince = undefined;
          if (this.#counted > 0) this.#release();
          this.#take(scanned);
        }
      } catch (error) {
        this.#fail(error);
      }
    }
    const reads = this.#heard || this.#mayTake();
    // While it is not read it is not the client who is slow.
    this.#partialSince = reads && this.#scanner.isPartial ? (this.#partialSince ?? performance.now()) : undefined;
    if (reads) this.#socket.resume();
    else this.#socket.pause();
    this.#count();
    this.#endWhenDone();
  }

  #count(): void {
    const more = this.#scanner.held - this.#counted;
    if (more === 0) return;
    if (this.#counted === 0) bodies.begin(this, (why) => this.#giveUp(why));
    this.#counted += more;
    bodies.add(this, more);
  }

  #release(): void {
    this.#counted = 0;
    bodies.release(this);
  }

  #mayTake(): boolean {
    return this.#inHand < this.#limits.inHand && this.#out.blockedSince === undefined;
  }

  /** @throws CodedError when it is not JSON after all */
  #take(scanned: Scanned): void {
    if (scanned.text === undefined) {
      this.#out.send(this.#responder.refuse(bodyTooLarge(this.#limits.message), idIn(scanned.head)));
      return;
    }
    const message = parse(scanned.text);
    this.#knowsMeta ||= (message as { meta?: unknown } | null)?.meta !== undefined;
    const weight = Array.isArray(message) ? Math.max(message.length, 1) : 1;
    this.#inHand += weight;
    void this.#responder
      .answer(message, { at: this.#active, deep: scanned.depth > MAX_DEPTH, calls: this.#calls })
      .then((answer) => this.#answer(answer, weight));
  }

  #answer(answer: string | undefined, weight: number): void {
    const wasFull = !this.#mayTake();
    this.#inHand -= weight;
    if (this.#socket.destroyed) return;
    this.#active = performance.now();
    if (answer !== undefined) this.#out.send(answer);
    if (wasFull) this.#goOn();
    else this.#endWhenDone();
  }

  /** The client has closed its side; what it sent is answered. One of this system does that only when it is gone. */
  #received(): void {
    if (this.#knowsMeta) this.#calls.cancelAll();
    if (!this.#heard) {
      try {
        const last = this.#scanner.end();
        if (last !== undefined) this.#take(last);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#heard = true;
    this.#endWhenDone();
  }

  #fail(error: unknown): void {
    const why = error instanceof ScanError ? new CodedError("MALFORMED_BODY", error.message, { cause: error }) : error;
    if (!(why instanceof CodedError)) throw error;
    this.#giveUp(why);
  }

  /** Where the next message begins is not known: what is in hand is answered, and this, and that is the end. */
  #giveUp(error: CodedError): void {
    this.#out.send(this.#responder.refuse(error));
    this.#stopListening();
  }

  #stopListening(): void {
    this.#heard = true;
    this.#partialSince = undefined;
    this.#scanner.close();
    this.#release();
    this.#socket.resume();
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (!this.#heard || this.#inHand > 0 || this.#endedAt !== undefined) return;
    this.#endedAt = performance.now();
    this.#out.end();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError("MALFORMED_BODY", "what came is not valid JSON", { cause: error });
  }
}
