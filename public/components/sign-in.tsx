import type { Session } from "../api/session.ts";
import { useDoing } from "../lib/doing.ts";
import { FailureNotice } from "./notice.tsx";

/** In place of what only a signed-in user may see. */
export function SignIn({ session, why }: { session: Session; why: string }) {
  const doing = useDoing();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    doing.run(() => session.signIn(String(data.get("email")), String(data.get("password"))));
  };
  return (
    <section class="card sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">Sign in</h2>
      <p class="muted">{why}</p>
      <form onSubmit={submit}>
        <label>
          Email
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {doing.failure && <FailureNotice failure={doing.failure} />}
        <button type="submit" class="primary" disabled={doing.isBusy}>
          {doing.isBusy ? "Signing in" : "Sign in"}
        </button>
      </form>
    </section>
  );
}
