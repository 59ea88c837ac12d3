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
    const query = status === undefined ? {} : { status };
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

  /** Of several mailers that try one gets it. */
  async claim({ _id }: Mail): Promise<Mail | undefined> {
    const update = { $set: this.#claim() };
    return toMail(await this.#documents.updateIf(String(_id), { next_at: { $lte: new Date() } }, update));
  }

  async renew(mail: Mail): Promise<void> {
    await this.#change(mail, { $set: this.#claim() });
  }

  /** @returns the mail; undefined when the claim was lost meanwhile */
  wait(mail: Mail, changes: Partial<Mail>, next_at: Date): Promise<Mail | undefined> {
    return this.#change(mail, { $set: { ...changes, next_at }, $unset: { claim: true } });
  }

  finish(mail: Mail, changes: Partial<Mail>): Promise<Mail | undefined> {
    const done_at = new Date();
    return this.#change(mail, { $set: { ...changes, done_at }, $unset: { claim: true, next_at: true } });
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
}

const toMail = (document: object | null): Mail | undefined => (document ?? undefined) as Mail | undefined;
