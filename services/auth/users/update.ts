import { hashPassword } from "../password/password.ts";
import { type User, type UserRow, userOf } from "../user.ts";
import { type Asked, change, type Store, type UserEvent } from "./change.ts";
import { lockUser, requireFreeEmail, requireOtherThanEmail } from "./rules.ts";

export interface UserUpdate {
  readonly id: number;
  readonly email?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly active?: boolean;
}

/** What is not given stays. @throws CodedError NOT_FOUND, CONFLICT */
export function updateUser(store: Store, asked: Asked, { id, active, ...given }: UserUpdate): Promise<User> {
  return change(store, asked, async (transaction) => {
    const record = await lockUser(store.sequelize, id, transaction);
    const { email } = given;
    if (email !== undefined && email !== record.get("email")) {
      await requireFreeEmail(store.sequelize, email, transaction, id);
      record.set({ email_copy: 0 });
    }
    for (const key of ["email", "first_name", "last_name"] as const) {
      if (given[key] !== undefined) record.set(key, given[key]);
    }
    if (active !== undefined && active !== (record.get("user_active") === 1)) {
      record.set("user_active", active ? 1 : 0);
    }
    const events = eventsOf(record.changed() || [], active);
    if (events.length > 0) await record.save({ transaction });
    return { user: userOf(record), events };
  });
}

/** A user who is no more let in is told of by that name, beside what else changed. */
function eventsOf(changed: readonly string[], active: boolean | undefined): UserEvent[] {
  const deactivated = active === false && changed.includes("user_active");
  const others = changed.filter((key) => !(deactivated && key === ("user_active" satisfies keyof UserRow)));
  return [
    ...(others.length > 0 ? ["user.updated" as const] : []),
    ...(deactivated ? ["user.deactivated" as const] : []),
  ];
}

/** @throws CodedError NOT_FOUND, VALIDATION_FAILED */
export async function setPassword(
  store: Store,
  asked: Asked,
  { id, password }: { id: number; password: string },
): Promise<User> {
  const hash = await hashPassword(password);
  return change(store, asked, async (transaction) => {
    const record = await lockUser(store.sequelize, id, transaction);
    requireOtherThanEmail(password, record.get("email") as string | null);
    await record.update({ password: hash }, { transaction });
    return { user: userOf(record), events: ["user.password_changed"] };
  });
}
