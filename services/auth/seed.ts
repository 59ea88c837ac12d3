import type { Query } from "./migrations/migrate.ts";
import { hashPassword } from "./password/password.ts";

/** The user of the course's test page, so that the default setup has somebody to log in. */
export async function seedUsers(query: Query): Promise<void> {
  if ((await query("SELECT id FROM users LIMIT 1")).length > 0) return;
  await query(
    `INSERT INTO users (email, first_name, last_name, password, user_active, created_at, updated_at)
     VALUES ('admin@example.com', 'Admin', 'User', :hash, 1, now(), now())`,
    { hash: await hashPassword("verysecret") },
  );
}
