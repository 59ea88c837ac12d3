import { Op, type Sequelize, type Transaction } from "sequelize";
import { CodedError } from "../../../errors/index.ts";
import { type UserRecord, usersOf } from "../user.ts";
import { taken } from "./change.ts";
import { normalizeEmail, notFound } from "./find.ts";

/** The first thing anybody tries. */
export function requireOtherThanEmail(password: string, email: string | null): void {
  if (email !== null && normalizeEmail(password) === normalizeEmail(email)) {
    throw new CodedError("VALIDATION_FAILED", 'the field "password" must not be the e-mail address');
  }
}

/** The unique index sees to those who come at the same time; this also sees older rows that have an address twice. */
export async function requireFreeEmail(
  sequelize: Sequelize,
  email: string,
  transaction: Transaction,
  ownId = 0,
): Promise<void> {
  const others = await usersOf(sequelize).count({
    transaction,
    where: {
      [Op.and]: [sequelize.where(sequelize.fn("lower", sequelize.col("email")), email), { id: { [Op.ne]: ownId } }],
    },
  });
  if (others > 0) throw taken();
}

/** Nobody else changes the row until the transaction ends, so its events are told in the order of the changes. */
export async function lockUser(sequelize: Sequelize, id: number, transaction: Transaction): Promise<UserRecord> {
  const record = await usersOf(sequelize).findByPk(id, { transaction, lock: transaction.LOCK.UPDATE });
  if (record === null) throw notFound(`the id ${id}`);
  return record;
}
