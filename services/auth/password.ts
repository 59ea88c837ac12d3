import { hash as argon2, verify as verifyArgon2 } from "@node-rs/argon2";
import { compare as verifyBcrypt } from "@node-rs/bcrypt";

/** Argon2id with OWASP's parameters; the work is done on a thread of libuv's pool. */
export const hashPassword = (password: string): Promise<string> =>
  argon2(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** Knows the hashes made here (Argon2) and the original's (bcrypt). */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  try {
    return hash.startsWith("$argon2") ? await verifyArgon2(hash, password) : await verifyBcrypt(password, hash);
  } catch {
    return false; // No hash of either kind: nobody logs in with it.
  }
}
