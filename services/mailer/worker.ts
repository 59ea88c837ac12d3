import type { Logger } from "moleculer";
import { toCodedError } from "../../errors/index.ts";
import { keepTrying } from "../../mixins/keep-trying.ts";
import { withoutContents } from "./attachments.ts";
import type { Delivery, Turned } from "./deliver.ts";
import type { Mail } from "./mail.ts";
import { LEASE, type MailStore } from "./mail-store.ts";

interface WorkerOptions {
  readonly store: MailStore;
  readonly deliver: (mail: Mail) => Promise<Delivery>;
  /** Mails in hand at once. */
  readonly concurrency: number;
  /** Then a mail that is turned away for now has failed. */
  readonly maxAttempts: number;
  /** The wait after a mail was turned away for the first time, ms; doubled each time. */
  readonly retryDelay: number;
  /** Told what became of each offer to the server. */
  readonly onOffered: (outcome: Offered) => void;
  readonly logger: Logger;
}

/** `later`: turned away for now; `away`: the server was not there. */
export const offered = ["sent", "failed", "later", "away"] as const;
export type Offered = (typeof offered)[number];

/** How often it looks for mails that are due: those that waited, and those of mailers that died, ms. */
const POLL = 1_000;
const MAX_RETRY_DELAY = 900_000;
/** While the server is away one mail is offered at a time, so far apart, ms. */
const OUTAGE_DELAY = 1_000;
const MAX_OUTAGE_DELAY = 30_000;

/** Sends what is due. What the server turns away for now is tried again later; an outage is nobody's attempt. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #inHand = new Set<Promise<void>>();
  readonly #waiting = new Map<string, Set<(mail: Mail) => void>>();
  readonly #stop = new AbortController();
  #reserved = 0;
  #outages = 0;
  #pausedUntil = 0;
  #looking = false;
  #lookAgain = false;
  #timer?: NodeJS.Timeout;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL);
    this.wake();
  }

  /**
   * Keeps the mail and begins to send it, when there is room at once and otherwise in its turn.
   * @returns undefined when a mail with its id is there already
   */
  async accept(mail: Mail): Promise<Mail | undefined> {
    const now = this.#room() > 0;
    if (now) this.#reserved++;
    try {
      const kept = await this.#options.store.insert(mail, now);
      if (kept !== undefined && now) this.#send(kept);
      return kept;
    } finally {
      if (now) this.#reserved--;
    }
  }

  /** Resolves when an attempt with the mail ends, or with undefined after `limit` ms; at once while the server is away. */
  outcome(id: string, limit: number): Promise<Mail | undefined> {
    if (this.#outages > 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const listeners = this.#waiting.get(id) ?? new Set();
      const settle = (mail?: Mail) => {
        clearTimeout(timer);
        listeners.delete(settle);
        if (listeners.size === 0) this.#waiting.delete(id);
        resolve(mail);
      };
      const timer = setTimeout(settle, limit);
      this.#waiting.set(id, listeners.add(settle));
    });
  }

  get inHand(): number {
    return this.#inHand.size;
  }

  wake(): void {
    if (this.#looking) this.#lookAgain = true;
    else void this.#look();
  }

  /** Begins no more mails, resolves when those in hand are settled. */
  async drain(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    while (this.#inHand.size > 0) await Promise.all(this.#inHand);
  }

  /** During an outage one mail finds out whether the server is back. */
  #room(): number {
    if (this.#stop.signal.aborted || Date.now() < this.#pausedUntil) return 0;
    return (this.#outages > 0 ? 1 : this.#options.concurrency) - this.#inHand.size - this.#reserved;
  }

  async #look(): Promise<void> {
    const { store, logger } = this.#options;
    this.#looking = true;
    try {
      do {
        this.#lookAgain = false;
        const room = this.#room();
        if (room <= 0) break; // The next mail that is settled wakes it.
        for (const mail of await store.due(room)) {
          if (this.#room() <= 0) break;
          const claimed = await store.claim(mail);
          if (claimed !== undefined) this.#send(claimed);
        }
      } while (this.#lookAgain);
    } catch (error) {
      // The store is away: its own check says so.
      logger.debug("Looking for mails to send:", toCodedError(error).message);
    } finally {
      this.#looking = false;
    }
  }

  #send(mail: Mail): void {
    const work = this.#seeThrough(mail).finally(() => {
      this.#inHand.delete(work);
      this.wake();
    });
    this.#inHand.add(work);
  }

  async #seeThrough(mail: Mail): Promise<void> {
    const { store, logger, deliver } = this.#options;
    const lease = setInterval(() => {
      store.renew(mail).catch((error: unknown) => logger.debug("Renewing a claim:", toCodedError(error).message));
    }, LEASE / 3);
    try {
      const delivery = await deliver(mail);
      this.#noteServer(delivery);
      await this.#settle(mail, delivery);
    } finally {
      clearInterval(lease);
    }
  }

  /** What became of the mail must get into the store, or it would be sent again: while that is away, it is tried for. */
  async #settle(mail: Mail, delivery: Delivery): Promise<void> {
    await keepTrying({
      attempt: async () => {
        const settled = await this.#record(mail, delivery);
        if (settled === undefined) return; // The claim was lost: the mail is another's.
        this.#options.onOffered("outage" in delivery ? "away" : offeredAs[settled.status]);
        if (settled.status === "failed") {
          this.#options.logger.warn(
            `Mail ${mail._id} has failed after ${settled.attempts} attempts: ${settled.reason}`,
          );
        }
        this.#tell(settled);
      },
      onFailure: (error, next) =>
        this.#options.logger.warn(`Mail ${mail._id}: its state is not stored yet, again in ${next} ms:`, error),
      signal: AbortSignal.timeout(LEASE),
    });
  }

  #record(mail: Mail, delivery: Delivery): Promise<Mail | undefined> {
    const { store, maxAttempts } = this.#options;
    if ("outage" in delivery) {
      return store.wait(mail, { reason: delivery.outage }, new Date(Math.max(this.#pausedUntil, Date.now())));
    }
    const { turned } = delivery;
    const attempts = mail.attempts + 1;
    const remaining = turned.map(({ address }) => address);
    if (turned.length === 0) {
      const attachments = withoutContents(mail.attachments);
      return store.finish(mail, { status: "sent", attempts, remaining, attachments, sent_at: new Date(), reason: "" });
    }
    const reason = reasonFor(turned, mail);
    if (attempts < maxAttempts && turned.some(({ forGood }) => !forGood)) {
      return store.wait(mail, { attempts, remaining, reason }, new Date(Date.now() + this.#delay(attempts)));
    }
    return store.finish(mail, { status: "failed", attempts, remaining, reason });
  }

  #delay(attempts: number): number {
    const delay = Math.min(this.#options.retryDelay * 2 ** (attempts - 1), MAX_RETRY_DELAY);
    return delay * (0.8 + Math.random() * 0.2);
  }

  #noteServer(delivery: Delivery): void {
    const { logger } = this.#options;
    if ("outage" in delivery) {
      if (Date.now() < this.#pausedUntil) return; // The others that were in hand tell of the same outage.
      const delay = Math.min(OUTAGE_DELAY * 2 ** this.#outages, MAX_OUTAGE_DELAY);
      this.#outages++;
      this.#pausedUntil = Date.now() + delay;
      logger.warn(`Mail server: ${delivery.outage}; trying again in ${delay} ms`);
    } else if (this.#outages > 0) {
      this.#outages = 0;
      this.#pausedUntil = 0;
      logger.info("Mail server: it is back");
    }
  }

  #tell(mail: Mail): void {
    for (const listener of this.#waiting.get(String(mail._id)) ?? []) listener(mail);
  }
}

const offeredAs = { sent: "sent", failed: "failed", queued: "later" } as const;

/** The server's words; with several recipients, whom they are about. */
const reasonFor = (turned: readonly Turned[], { to }: Mail): string =>
  (to.length === 1 ? turned.map(({ reason }) => reason) : turned.map(({ address, reason }) => `${address}: ${reason}`))
    .join("; ")
    .slice(0, 2_000);
