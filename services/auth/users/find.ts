import { Op, type Sequelize, type WhereOptions } from "sequelize";
import { CodedError } from "../../../errors/index.ts";
import { toUser, type User, type UserRow, userOf, usersOf } from "../user.ts";

/** As addresses are compared and kept: case does not matter. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();

/**
 * Whose address it is. The original told addresses apart by case and let one stand twice; so among several the one that
 * is spelled alike comes first, then one that may log in, then the one the address belongs to.
 */
export async function findByEmail(sequelize: Sequelize, email: string): Promise<UserRow | null> {
  if (email.includes("\0")) return null; // Postgres has no such text.
  const spelled = email.trim();
  const found = await usersOf(sequelize).findOne({
    where: sequelize.where(sequelize.fn("lower", sequelize.col("email")), {
      [Op.in]: [...new Set([normalizeEmail(email), spelled])],
    }),
    order: [
      [sequelize.literal(`email = ${sequelize.escape(spelled)}`), "DESC"],
      [sequelize.literal("user_active = 1 AND user_active IS NOT NULL"), "DESC"],
      ["email_copy", "ASC"],
      ["id", "ASC"],
    ],
  });
  return found?.get({ plain: true }) ?? null;
}

/** @throws CodedError VALIDATION_FAILED unless exactly one is given, NOT_FOUND */
export async function findUser(sequelize: Sequelize, by: { id?: number; email?: string }): Promise<User> {
  if ((by.id === undefined) === (by.email === undefined)) {
    throw new CodedError("VALIDATION_FAILED", 'give either the field "id" or the field "email"');
  }
  if (by.email !== undefined) {
    const row = await findByEmail(sequelize, by.email);
    if (row === null) throw notFound(`the e-mail address ${by.email}`);
    return toUser(row);
  }
  const record = await usersOf(sequelize).findByPk(by.id);
  if (record === null) throw notFound(`the id ${by.id}`);
  return userOf(record);
}

export const notFound = (whom: string): CodedError => new CodedError("NOT_FOUND", `there is no user with ${whom}`);

/** Those whose address or name contains the text, in any case. */
export function containing(q: string | undefined): WhereOptions<UserRow> {
  const text = q?.trim().replaceAll("\0", "");
  if (!text) return {};
  const like = { [Op.iLike]: `%${text.replace(/[\\%_]/g, "\\$&")}%` };
  return { [Op.or]: [{ email: like }, { first_name: like }, { last_name: like }] };
}
