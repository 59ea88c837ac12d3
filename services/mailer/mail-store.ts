import { randomUUID } from "node:crypto";
import type { DocumentIndex, DocumentStore } from "../../mixins/document-store/document-store.ts";
import type { Mail, Status } from "./mail.ts";

/** @param retention how long a mail is kept that was sent or has failed, days */
export const mailIndexes = (retention: number): readonly DocumentIndex[] => [
  { fields: { next_at: 1 }, sparse: true },
  { fields: { created_at: -1 } },
  { fields: { done_at: 1 }, expireAfterSeconds: retention * 86_400, sparse: true },
];

/**
 * How long a claim holds without being renewed, ms. A mailer that has a mail in hand renews it; one that died does not, and
 * then the mail is anybody's.
 */
export const LEASE = 60_000;

const forever = new Date(8.64e15 / 2);

/** The mails, and who has which in hand. */
export class MailStore {
  readonly #documents: DocumentStore;
  /** This mailer's name on its claims. */
  readonly #owner = randomUUID();

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  /** @param claimed whether the mail is in this mailer's hand from the start @returns undefined when the id is there already */
  async insert(mail: Mail, claimed: boolean): Promise<Mail | undefined> {
    const stored: Mail = claimed ? { ...mail, ...this.#claim() } : mail;
    const [outcome] = await this.#documents.insertEach([stored as Mail & Record<string, unknown>]);
    if (outcome === "duplicate") return undefined;
    if (outcome !== "stored") throw outcome?.error;
    return stored;
  }

  async find(id: string): Promise<Mail | undefined> {
    return toMail(await this.#documents.findById(id));
  }

  async list(status: Status | undefined, offset: number, limit: number): Promise<{ mails: Mail[]; total: number }> {
    const query = { status: status ?? { $exists: true } };
    const [mails, total] = await Promise.all([
      this.#documents.find({ query, offset, limit, sort: ["-created_at"] }),
      this.#documents.count({ query }),
    ]);
    return { mails: mails as unknown as Mail[], total };
  }

  countQueued(): Promise<number> {
    return this.#documents.count({ query: { next_at: { $lte: forever } } });
  }

  /** Mails to be sent now, the longest waiting first. */
  async due(limit: number): Promise<Mail[]> {
    const query = { next_at: { $lte: new Date() } };
    return (await this.#documents.find({ query, limit, sort: ["next_at"] })) as unknown as Mail[];
  }

  /**
   * Of several mailers that try one gets it: who is the first to store the ticket of this turn. MongoDB's conditional update
   * would do alone, but others that speak its protocol (FerretDB) let two through there, and only one insert.
   */
  async claim(mail: Mail): Promise<Mail | undefined> {
    const [ticket] = await this.#documents.insertEach([{ _id: ticketOf(mail), done_at: new Date() }]);
    if (ticket !== "stored") return await this.#freeTurn(mail);
    const { next_at } = mail;
    const claimed = await this.#documents.updateIf(String(mail._id), { next_at }, { $set: this.#claim() });
    if (claimed === null) await this.#documents.removeById(ticketOf(mail));
    return toMail(claimed && { ...claimed, ticket: ticketOf(mail) });
  }

  /** A mailer that died between the ticket and the claim would keep the mail for ever: after a while it gets a new turn. */
  async #freeTurn(mail: Mail): Promise<undefined> {
    const ticket = (await this.#documents.findById(ticketOf(mail))) as { done_at: Date } | null;
    if (ticket === null || Date.now() - ticket.done_at.getTime() < LEASE) return;
    await this.#documents.updateIf(String(mail._id), { next_at: mail.next_at }, { $set: { next_at: new Date() } });
  }

  async renew(mail: Mail): Promise<void> {
    await this.#change(mail, { $set: this.#claim() });
  }

  /** @returns the mail; undefined when the claim was lost meanwhile */
  wait(mail: Mail, changes: Partial<Mail>, next_at: Date): Promise<Mail | undefined> {
    return this.#settle(mail, { $set: { ...changes, next_at }, $unset: { claim: true } });
  }

  finish(mail: Mail, changes: Partial<Mail>): Promise<Mail | undefined> {
    const done_at = new Date();
    return this.#settle(mail, { $set: { ...changes, done_at }, $unset: { claim: true, next_at: true } });
  }

  /** A failed mail becomes one that waits; one that waits is due. @returns undefined when it is neither */
  async requeue(id: string): Promise<Mail | undefined> {
    const next_at = new Date();
    const failed = { $set: { status: "queued", attempts: 0, next_at }, $unset: { done_at: true, reason: true } };
    const found =
      (await this.#documents.updateIf(id, { status: "failed" }, failed)) ??
      (await this.#documents.updateIf(id, { status: "queued", claim: { $exists: false } }, { $set: { next_at } }));
    return toMail(found);
  }

  #claim() {
    return { claim: this.#owner, next_at: new Date(Date.now() + LEASE) };
  }

  async #change({ _id }: Mail, update: object): Promise<Mail | undefined> {
    return toMail(await this.#documents.updateIf(String(_id), { claim: this.#owner }, update));
  }

  /** The turn is over: the next one has another ticket. */
  async #settle(mail: Mail, update: object): Promise<Mail | undefined> {
    const settled = await this.#change(mail, update);
    if (mail.ticket !== undefined) await this.#documents.removeById(mail.ticket);
    return settled;
  }
}

/** One a turn: a mail that waits again waits for another time. */
const ticketOf = ({ _id, next_at }: Mail): string => `turn/${next_at?.getTime()}/${String(_id)}`;

const toMail = (document: object | null): Mail | undefined => (document ?? undefined) as Mail | undefined;
