import type { ComponentChildren } from "preact";
import type { Session } from "../api/session.ts";
import { Waiting } from "./notice.tsx";
import { SignIn } from "./sign-in.tsx";

interface SignedInProps {
  readonly session: Session;
  readonly why: string;
  readonly children: ComponentChildren;
}

/** Shows its children to a signed-in user, the form to everybody else. */
export function SignedIn({ session, why, children }: SignedInProps) {
  if (session.user === undefined) return <Waiting what="who you are" />;
  if (session.user === null) return <SignIn session={session} why={why} />;
  return <>{children}</>;
}
