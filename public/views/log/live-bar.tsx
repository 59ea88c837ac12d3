import { plural } from "../../lib/format.ts";
import type { LiveTail } from "./live-tail.ts";

/** Whether new entries appear by themselves, and how to stop and start that. */
export function LiveBar({ tail, toTop }: { tail: LiveTail; toTop(): void }) {
  const { state, isPaused, waiting, pause, resume } = tail;
  const says = isPaused ? "Paused" : state === "live" ? "Live" : state === "connecting" ? "Connecting" : "Reconnecting";
  const tone = isPaused ? "plain" : state === "live" ? "good" : "warn";
  return (
    <div class="live">
      <span class={`pill ${tone}`} role="status">
        <span class="dot" aria-hidden="true" />
        {says}
      </span>
      {isPaused ? (
        <button type="button" onClick={resume}>
          Resume
        </button>
      ) : (
        <button type="button" onClick={pause}>
          Pause
        </button>
      )}
      {waiting > 0 && (
        <button type="button" class="link" onClick={toTop}>
          Show {plural(waiting, "new entry", "new entries")}
        </button>
      )}
    </div>
  );
}
