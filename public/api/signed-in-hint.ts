/**
 * The session's cookie is httpOnly, so the page cannot see it. This says that there may be one: without it nobody asks the
 * gateway who we are, and requests go without credentials, as an ALLOWED_ORIGINS of * wants them.
 */
const KEY = "sixfold.signedIn";

export function maybeSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function rememberSignedIn(isIn: boolean): void {
  try {
    if (isIn) localStorage.setItem(KEY, "yes");
    else localStorage.removeItem(KEY);
  } catch {
    // Storage may be forbidden; the gateway is then asked at each start.
  }
}
