import { setTimeout as delay } from "node:timers/promises";
import type { Sequelize } from "sequelize";
import { CodedError } from "../../errors/index.ts";
import type { Attempts } from "./attempts/attempts.ts";
import type { LegacyHashes } from "./password/legacy-hashes.ts";
import { decoys, hashPassword, isUpToDate, schemeOf, verifyPassword } from "./password/password.ts";
import { toUser, type User, type UserRow, usersOf } from "./user.ts";
import { findByEmail, normalizeEmail } from "./users/find.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The network address of who logs in, where it is known. */
  readonly client?: string;
}

interface Doorman {
  readonly sequelize: Sequelize;
  readonly attempts: Attempts;
  readonly legacyHashes: LegacyHashes;
  /** Told of a hash that could not be made anew; the login goes on. */
  readonly onUpgradeFailure: (error: unknown) => void;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** A failed login is not answered before, ms: up to here not even small differences show. */
const FAILURE_TIME = 500;

/**
 * Who the credentials belong to. A hash that is not up to date is made anew.
 * @throws CodedError INVALID_CREDENTIALS, alike in word and time for an unknown user, an inactive one and a wrong password;
 * TOO_MANY_ATTEMPTS
 */
export async function authenticate(doorman: Doorman, { email, password, client }: Credentials): Promise<User> {
  const begun = performance.now();
  const attempt = doorman.attempts.begin(normalizeEmail(email), client);
  const { row, matches } = await undecided(attempt, () => check(doorman, email, password));
  if (row === null || !matches || row.user_active !== 1) {
    await sameWork(doorman, row, password);
    await delay(Math.max(0, FAILURE_TIME - (performance.now() - begun)));
    throw new CodedError("INVALID_CREDENTIALS", "invalid credentials");
  }
  attempt.forgive();
  await upgrade(doorman, row, password);
  return toUser(row);
}

async function check(
  { sequelize, signal }: Doorman,
  email: string,
  password: string,
): Promise<{ row: UserRow | null; matches: boolean }> {
  const row = await findByEmail(sequelize, email);
  // Only before anything is known of the password: who could take back an attempt later would have one for free.
  signal?.throwIfAborted();
  const hash = schemeOf(row?.password) === undefined ? undefined : row?.password;
  const matches = await verifyPassword(password, hash ?? decoys.argon2);
  return { row, matches: matches && Boolean(hash) };
}

/**
 * Who is refused costs the same, whether the row is missing, was hashed here or by the original: one check of each kind, as
 * long as there are both kinds. The original's takes ten times as long.
 */
async function sameWork({ legacyHashes }: Doorman, row: UserRow | null, password: string): Promise<void> {
  if (schemeOf(row?.password) === "bcrypt") {
    legacyHashes.met();
    await verifyPassword(password, decoys.argon2);
  } else if (await legacyHashes.exist()) {
    await verifyPassword(password, decoys.bcrypt);
  }
}

/** A login that breaks off on our side is no failed one. */
async function undecided<T>(attempt: { forgive(): void }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    attempt.forgive();
    throw error;
  }
}

/** Only over the hash that was checked: a password set in the meantime stays. */
async function upgrade({ sequelize, onUpgradeFailure }: Doorman, row: UserRow, password: string): Promise<void> {
  if (row.password === null || isUpToDate(row.password)) return;
  try {
    const hash = await hashPassword(password);
    await sequelize.transaction((transaction) =>
      usersOf(sequelize).update(
        { password: hash },
        { where: { id: row.id, password: row.password }, silent: true, transaction },
      ),
    );
  } catch (error) {
    onUpgradeFailure(error);
  }
}
