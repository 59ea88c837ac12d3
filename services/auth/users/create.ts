import type { Transaction } from "sequelize";
import { hashPassword } from "../password/password.ts";
import { type User, userOf, usersOf } from "../user.ts";
import { type Asked, change, type Store } from "./change.ts";
import { requireFreeEmail, requireOtherThanEmail } from "./rules.ts";

export interface NewUser {
  readonly email: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly password: string;
  readonly active?: boolean;
}

/** @throws CodedError CONFLICT, VALIDATION_FAILED */
export async function createUser(store: Store, asked: Asked, params: NewUser): Promise<User> {
  const { email, first_name = "", last_name = "", password, active = true } = params;
  requireOtherThanEmail(password, email);
  const row = { email, first_name, last_name, user_active: active ? 1 : 0, password: await hashPassword(password) };
  return change(store, asked, async (transaction: Transaction) => {
    await requireFreeEmail(store.sequelize, email, transaction);
    const record = await usersOf(store.sequelize).create(row, { transaction });
    return { user: userOf(record), events: ["user.created"] };
  });
}
