import { QueryTypes, type Sequelize } from "sequelize";

/** How long an answer is believed, ms. */
const BELIEVED = 600_000;

/** Whether the table still holds hashes of the original, looked up now and then. */
export class LegacyHashes {
  readonly #sequelize: Sequelize;
  #exist = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(sequelize: Sequelize) {
    this.#sequelize = sequelize;
  }

  async exist(): Promise<boolean> {
    if (performance.now() - this.#askedAt < BELIEVED) return this.#exist;
    const rows = await this.#sequelize.query("SELECT 1 FROM users WHERE password LIKE '$2%' LIMIT 1", {
      type: QueryTypes.SELECT,
    });
    this.#exist = rows.length > 0;
    this.#askedAt = performance.now();
    return this.#exist;
  }

  /** One was just met. */
  met(): void {
    this.#exist = true;
  }
}
