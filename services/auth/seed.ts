import { hashPassword } from "./password.ts";
import type { UserModel } from "./user.ts";

/** The user of the course's test page, so that the default setup has somebody to log in. */
export async function seedUsers(users: UserModel): Promise<void> {
  if ((await users.count()) > 0) return;
  await users.create({
    email: "admin@example.com",
    first_name: "Admin",
    last_name: "User",
    password: await hashPassword("verysecret"),
    user_active: 1,
  });
}
