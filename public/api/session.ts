import { useCallback, useEffect, useState } from "preact/hooks";
import { call, onSignedOut } from "./gateway.ts";
import { maybeSignedIn, rememberSignedIn } from "./signed-in-hint.ts";

export interface User {
  readonly id: number;
  readonly email: string;
  readonly first_name?: string | null;
  readonly last_name?: string | null;
}

export interface Session {
  /** undefined while it is being asked for, null when nobody is signed in. */
  readonly user: User | null | undefined;
  signIn(email: string, password: string): Promise<void>;
  signOut(): Promise<void>;
}

export function useSession(): Session {
  const [user, setUser] = useState<Session["user"]>(maybeSignedIn() ? undefined : null);
  const known = useCallback((next: User | null) => {
    rememberSignedIn(next !== null);
    setUser(next);
  }, []);
  useEffect(() => onSignedOut(() => known(null)), [known]);
  useEffect(() => {
    if (maybeSignedIn()) call<User>("GET", "/session").then(known, () => known(null));
  }, [known]);
  return {
    user,
    signIn: async (email, password) => known(await call<User>("POST", "/session", { email, password })),
    signOut: async () => {
      await call("DELETE", "/session");
      known(null);
    },
  };
}
