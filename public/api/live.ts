import { useEffect, useRef, useState } from "preact/hooks";
import { pageConfig } from "./config.ts";
import { call } from "./gateway.ts";
import { maybeSignedIn } from "./signed-in-hint.ts";

export type LiveState = "connecting" | "live" | "reconnecting";

/** A stream that was refused is tried again after so long, doubled up to the limit, ms. */
const FIRST_WAIT = 1000;
const MAX_WAIT = 15_000;

/** Follows a stream of server-sent events while `isOn`; says in which state the connection is. */
export function useLive(
  path: string,
  isOn: boolean,
  events: Readonly<Record<string, (data: unknown) => void>>,
): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  const latest = useRef(events);
  latest.current = events;
  const names = Object.keys(events).join(" ");
  useEffect(() => {
    if (!isOn) return;
    setState("connecting");
    return follow(path, names.split(" "), (name, data) => latest.current[name]?.(data), setState);
  }, [path, isOn, names]);
  return state;
}

function follow(
  path: string,
  names: readonly string[],
  tell: (name: string, data: unknown) => void,
  setState: (state: LiveState) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let isOver = false;

  const open = async () => {
    const { gatewayUrl } = await pageConfig();
    if (isOver) return;
    source = new EventSource(gatewayUrl.replace(/\/$/, "") + path, { withCredentials: maybeSignedIn() });
    source.onopen = () => {
      wait = FIRST_WAIT;
      setState("live");
    };
    for (const name of names) {
      source.addEventListener(name, (event: MessageEvent<string>) => tell(name, JSON.parse(event.data)));
    }
    // The browser connects again by itself after a broken connection, not after a refusal.
    source.onerror = () => {
      setState("reconnecting");
      if (source?.readyState !== EventSource.CLOSED) return;
      later();
      // A refusal does not say why; asking who we are finds out whether the session is over, and tells the views.
      if (maybeSignedIn()) call("GET", "/session").catch(() => undefined);
    };
  };
  const later = () => {
    if (isOver) return;
    setState("reconnecting");
    timer = setTimeout(attempt, wait);
    wait = Math.min(wait * 2, MAX_WAIT);
  };
  const attempt = () => void open().catch(later);
  attempt();
  return () => {
    isOver = true;
    clearTimeout(timer);
    source?.close();
  };
}
