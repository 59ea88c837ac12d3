import { checkJson } from "../../lib/check-json.ts";
import { Over } from "./over.tsx";
import { isHandled, type TryRequest, textOf } from "./requests.ts";

interface EditorProps {
  readonly request: TryRequest;
  readonly text: string;
  readonly isSending: boolean;
  change(text: string): void;
  send(): void;
}

/** What will go, as it will go; nothing that is not JSON leaves. */
export function Editor({ request, text, isSending, change, send }: EditorProps) {
  const checked = checkJson(text);
  const isChanged = text !== textOf(request);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  return (
    <section class="card editor" aria-labelledby="editor-title">
      <header class="card-head">
        <h2 id="editor-title">{request.name}</h2>
        <code class="route">POST {request.path}</code>
      </header>
      <p>
        {request.says} <span class="muted">{request.way}</span>
      </p>
      <label class="hidden" for="payload">
        Payload
      </label>
      <textarea
        id="payload"
        spellcheck={false}
        autocapitalize="off"
        rows={Math.min(16, Math.max(3, text.split("\n").length))}
        value={text}
        placeholder="Empty: the request has no body"
        aria-invalid={!checked.isValid}
        aria-describedby="payload-state"
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={keys}
      />
      <div class="actions">
        <button type="button" class="primary" disabled={!checked.isValid || isSending} onClick={send}>
          {isSending ? "Sending" : "Send"}
        </button>
        {isHandled(request) && <Over payload={checked.isValid ? checked.value : undefined} change={change} />}
        <button type="button" disabled={!isChanged} onClick={() => change(textOf(request))}>
          Reset
        </button>
        <button
          type="button"
          disabled={!checked.isValid || checked.value === undefined}
          onClick={() => checked.isValid && change(JSON.stringify(checked.value, null, 2))}
        >
          Format
        </button>
        <p id="payload-state" class={checked.isValid ? "fine" : "fine bad-text"} role="status">
          {checked.isValid ? (
            <span class="hint">
              <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends
            </span>
          ) : (
            checked.problem
          )}
        </p>
      </div>
    </section>
  );
}
