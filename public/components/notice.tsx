import type { ComponentChildren } from "preact";
import type { Failure } from "../api/gateway.ts";
import { Advice } from "./advice.tsx";
import { Icon } from "./icon.tsx";

/** A failure as people need it: what happened, its code, what to do, and a way to try again where that can help. */
export function FailureNotice({ failure, again }: { failure: Failure; again?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p class="notice-title">
          {failure.message} <code>{failure.code}</code>
        </p>
        <Advice code={failure.code} />
        {failure.requestId !== undefined && (
          <p class="fine">
            Request <code>{failure.requestId}</code>
          </p>
        )}
        {again !== undefined && failure.code !== "NOT_FOUND" && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

/** Where something will be once there is something. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

export function Waiting({ what }: { what: string }) {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what}
    </p>
  );
}
