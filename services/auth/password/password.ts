import { hash as argon2, parseOptions as optionsOfArgon2, verify as verifyArgon2 } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";
import { inSlot } from "./slots.ts";

/** Argon2id with OWASP's parameters (19 MiB, two passes). */
const policy = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Done on a thread of libuv's pool. @throws CodedError OVERLOADED */
export const hashPassword = (password: string): Promise<string> => inSlot(() => argon2(password, policy));

/**
 * Knows the hashes made here (Argon2) and the original's (bcrypt, which reads the first 72 bytes of a password).
 * @throws CodedError OVERLOADED
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  return inSlot(async () => {
    try {
      return isArgon2(hash) ? await verifyArgon2(hash, password) : await verifyBcrypt(password, hash);
    } catch {
      return false; // No hash of either kind: nobody logs in with it.
    }
  });
}

/** Whether a new hash of the same password would be no better. */
export function isUpToDate(hash: string): boolean {
  if (!isArgon2(hash)) return false;
  const { algorithm, memoryCost, timeCost } = optionsOfArgon2(hash);
  return algorithm === policy.algorithm && memoryCost >= policy.memoryCost && timeCost >= policy.timeCost;
}

const isArgon2 = (hash: string): boolean => hash.startsWith("$argon2");

/** A hash nobody's password has: checking an unknown user's password is as much work as checking a known one's. */
export const decoyHash = (): Promise<string> => {
  decoy ??= hashPassword(crypto.randomUUID()).catch((error: unknown) => {
    decoy = undefined;
    throw error;
  });
  return decoy;
};
let decoy: Promise<string> | undefined;
