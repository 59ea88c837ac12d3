import { hash as argon2, parseOptions as optionsOfArgon2, verify as verifyArgon2 } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";
import { inSlot } from "./slots.ts";

/** Argon2id with OWASP's parameters (19 MiB, two passes). */
const policy = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hashes made here (Argon2) and the original's (bcrypt, which reads the first 72 bytes of a password). */
export type Scheme = "argon2" | "bcrypt";

/** Of passwords nobody knows, with the parameters of the real ones: checking against them is as much work. */
export const decoys: Readonly<Record<Scheme, string>> = {
  argon2: "$argon2id$v=19$m=19456,t=2,p=1$bUKCGma7HCd7UA6TXOpbeg$JxIy+SFRM/c+TvMy+88RUO5iXjK6mo12VLYjeG+Pvrg",
  bcrypt: "$2a$12$bgFMBa.hcaOQA5LvLOqzOuBo.TrXRy2ovMQ6iOKjKDAZ8CUVOw3LC",
};

/** Done on a thread of libuv's pool. @throws CodedError OVERLOADED */
export const hashPassword = (password: string): Promise<string> => inSlot(() => argon2(password, policy));

/** Undefined for what is no hash of either: nobody logs in with it. */
export function schemeOf(hash: string | null | undefined): Scheme | undefined {
  if (hash?.startsWith("$argon2")) return "argon2";
  return hash?.startsWith("$2") ? "bcrypt" : undefined;
}

/** Done on a thread of libuv's pool. @throws CodedError OVERLOADED */
export function verifyPassword(password: string, hash: string): Promise<boolean> {
  return inSlot(async () => {
    try {
      return schemeOf(hash) === "argon2" ? await verifyArgon2(hash, password) : await verifyBcrypt(password, hash);
    } catch {
      return false; // It only looked like a hash.
    }
  });
}

/** Whether a new hash of the same password would be no better. */
export function isUpToDate(hash: string): boolean {
  if (schemeOf(hash) !== "argon2") return false;
  const { algorithm, memoryCost, timeCost } = optionsOfArgon2(hash);
  return algorithm === policy.algorithm && memoryCost >= policy.memoryCost && timeCost >= policy.timeCost;
}
