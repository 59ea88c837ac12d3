import type { IncomingMessage } from "node:http";

/** Cookies are shared by all ports of a host, so not merely "session". */
export const cookieName = "sixfold_session";

interface CookieOptions {
  /** s; 0 takes it away */
  readonly maxAge: number;
  readonly secure: boolean;
}

/** Out of reach for scripts, and not sent along by other sites. */
export function cookie(value: string, { maxAge, secure }: CookieOptions): string {
  const parts = [`${cookieName}=${value}`, "Path=/", `Max-Age=${maxAge}`, "HttpOnly", "SameSite=Strict"];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

export function tokenInCookie({ headers }: IncomingMessage): string | undefined {
  const found = headers.cookie?.split(";").find((pair) => pair.trim().startsWith(`${cookieName}=`));
  return found?.trim().slice(cookieName.length + 1) || undefined;
}

export function tokenInHeader({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([\w.-]+) *$/i.exec(headers.authorization ?? "")?.[1];
}
