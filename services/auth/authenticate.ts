import { CodedError } from "../../errors/index.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { toUser, type User, type UserRow } from "./user.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A hash nobody's password has: an unknown user costs as much time as a wrong password. */
const decoy = hashPassword("nobody");

/**
 * Who the credentials belong to.
 * @throws CodedError INVALID_CREDENTIALS, alike for an unknown or inactive user and a wrong password
 */
export async function authenticate(
  { email, password }: Credentials,
  findByEmail: (email: string) => Promise<UserRow | null>,
): Promise<User> {
  const row = await findByEmail(email);
  const matches = await verifyPassword(password, row?.password ?? (await decoy));
  if (row === null || !matches || row.user_active !== 1) {
    throw new CodedError("INVALID_CREDENTIALS", "invalid credentials");
  }
  return toUser(row);
}
