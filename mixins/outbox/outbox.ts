import { QueryTypes, type Sequelize, type Transaction } from "sequelize";

/** What happened, told in the transaction that made it happen. */
export interface OutboxEvent {
  /** Idempotency key, up to 255 characters; the same id is told once. */
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly requestId: string | null;
  /** Of the trace in which it happened. */
  readonly traceparent?: string | null;
}

export interface OutboxRow extends OutboxEvent {
  readonly seq: string;
}

/** The events' table. Every statement is one message of the simple protocol, which connections that share a backend need. */
export class Outbox {
  readonly #sequelize: Sequelize;

  constructor(sequelize: Sequelize) {
    this.#sequelize = sequelize;
  }

  async append(event: OutboxEvent, transaction: Transaction): Promise<void> {
    const { id, name, data, requestId, traceparent = null } = event;
    await this.#sequelize.query(
      `INSERT INTO outbox (id, name, data, request_id, traceparent) VALUES (:id, :name, :data, :requestId, :traceparent)
       ON CONFLICT (id) DO NOTHING`,
      { transaction, replacements: { id, name, data, requestId, traceparent } },
    );
  }

  /** The data of an event that was told under this id. */
  async told(id: string, transaction?: Transaction): Promise<string | undefined> {
    const rows = await this.#rows<{ data: string }>("SELECT data FROM outbox WHERE id = :id", { id }, transaction);
    return rows[0]?.data;
  }

  /** The oldest that are not published, in order. */
  unpublished(limit: number): Promise<OutboxRow[]> {
    return this.#rows<OutboxRow>(
      `SELECT seq, id, name, data, request_id AS "requestId", traceparent FROM outbox
       WHERE published_at IS NULL ORDER BY seq LIMIT :limit`,
      { limit },
    );
  }

  /** s since the oldest that is not published was told; 0 when there is none. */
  async oldest(): Promise<number> {
    const rows = await this.#rows<{ age: string | null }>(
      "SELECT extract(epoch FROM now() - min(created_at)) AS age FROM outbox WHERE published_at IS NULL",
      {},
    );
    return Math.max(Number(rows[0]?.age ?? 0), 0);
  }

  /** Events that are not published. */
  async waiting(): Promise<number> {
    const rows = await this.#rows<{ waiting: string }>(
      "SELECT count(*) AS waiting FROM outbox WHERE published_at IS NULL",
      {},
    );
    return Number(rows[0]?.waiting);
  }

  async markPublished(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#sequelize.query("UPDATE outbox SET published_at = now() WHERE seq IN (:rows)", {
      replacements: { rows: rows.map(({ seq }) => seq) },
    });
  }

  /** Removes what was published longer ago than `age` ms, the oldest `limit` of it. @returns how many */
  async prune(age: number, limit: number): Promise<number> {
    const removed = await this.#rows(
      `DELETE FROM outbox WHERE seq IN (
         SELECT seq FROM outbox WHERE published_at < now() - :age * interval '1 millisecond'
         ORDER BY published_at LIMIT :limit)
       RETURNING seq`,
      { age, limit },
    );
    return removed.length;
  }

  /**
   * The right to publish, which one replica has at a time: a row with a term instead of a lock, because a lock would hold a
   * transaction open while the message broker is waited for.
   * @returns whether `holder` has it for the next `term` ms
   */
  async lease(holder: string, term: number): Promise<boolean> {
    const rows = await this.#rows(
      `UPDATE outbox_lease SET holder = :holder, until = now() + :term * interval '1 millisecond'
       WHERE name = 'relay' AND (until < now() OR holder = :holder) RETURNING name`,
      { holder, term },
    );
    return rows.length > 0;
  }

  async release(holder: string): Promise<void> {
    await this.#sequelize.query(
      "UPDATE outbox_lease SET until = '-infinity' WHERE name = 'relay' AND holder = :holder",
      { replacements: { holder } },
    );
  }

  #rows<T extends object>(sql: string, replacements: Record<string, unknown>, transaction?: Transaction): Promise<T[]> {
    return this.#sequelize.query<T>(sql, { type: QueryTypes.SELECT, replacements, transaction });
  }
}
