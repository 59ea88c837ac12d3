import { jwtVerify, SignJWT } from "jose";

/** A user as auth tells of one; only these are used here. */
export interface User {
  readonly id: number;
  readonly email: string;
  readonly active?: number;
  readonly [field: string]: unknown;
}

export interface Session {
  /** The same through renewals. */
  readonly id: string;
  readonly user: User;
  /** Seconds since 1970: when the password was given, this token was issued, and it ends. */
  readonly since: number;
  readonly issued: number;
  readonly expires: number;
}

const ISSUER = "sixfold";
const ALGORITHM = "HS256";
/** Clocks of replicas may differ, s. */
const TOLERANCE = 5;
const MAX_LENGTH = 4_096;

/** Signed tokens: what a session is, without anything kept on the server. */
export class Tokens {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  issue({ id, user, since, issued, expires }: Session): Promise<string> {
    return new SignJWT({ sid: id, user, since })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(String(user.id))
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(this.#key);
  }

  /** @returns undefined for what is no token of ours, or no longer valid */
  async read(token: string): Promise<Session | undefined> {
    if (token.length > MAX_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify<{ sid: string; user: User; since: number }>(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: ISSUER,
        clockTolerance: TOLERANCE,
        requiredClaims: ["sid", "user", "since", "iat", "exp"],
      });
      const { sid, user, since, iat = 0, exp = 0 } = payload;
      return { id: sid, user, since, issued: iat, expires: exp };
    } catch {
      return undefined;
    }
  }
}
