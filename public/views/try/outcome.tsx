import type { Exchange } from "../../api/gateway.ts";
import { Advice } from "../../components/advice.tsx";
import { Icon } from "../../components/icon.tsx";
import { Json } from "../../components/json.tsx";
import { Empty } from "../../components/notice.tsx";
import { Time } from "../../components/time.tsx";
import { duration } from "../../lib/format.ts";
import type { TryRequest } from "./requests.ts";
import { TimeLine } from "./time-line.tsx";

interface OutcomeProps {
  readonly request: TryRequest;
  readonly outcome?: Exchange;
  readonly isSending: boolean;
}

/** Sent and Received side by side, what it means, and the way it took. */
export function Outcome({ request, outcome, isSending }: OutcomeProps) {
  return (
    <div class="outcome" aria-busy={isSending}>
      <div aria-live="polite">{outcome !== undefined && <Summary request={request} outcome={outcome} />}</div>
      <div class="pair">
        <section class="card" aria-labelledby="sent-title">
          <header class="card-head">
            <h2 id="sent-title">Sent</h2>
            {outcome !== undefined && <Time iso={outcome.sentAt} />}
          </header>
          {outcome === undefined ? (
            <Empty title={isSending ? "On its way" : "Nothing sent yet"} />
          ) : outcome.payload === undefined ? (
            <p class="muted">An empty body.</p>
          ) : (
            <Json value={outcome.payload} label="Sent payload" />
          )}
        </section>
        <section class="card" aria-labelledby="received-title">
          <header class="card-head">
            <h2 id="received-title">Received</h2>
            {outcome !== undefined && outcome.status > 0 && (
              <span class={`badge ${outcome.body.error ? "bad" : "good"}`}>{outcome.status}</span>
            )}
          </header>
          {outcome === undefined ? (
            <Empty title={isSending ? "Waiting for the answer" : "Nothing received yet"} />
          ) : outcome.status === 0 ? (
            <Empty title="No answer" />
          ) : (
            <Json value={outcome.body} label="Received answer" />
          )}
        </section>
      </div>
      {outcome !== undefined && <TimeLine outcome={outcome} />}
    </div>
  );
}

function Summary({ request, outcome }: { request: TryRequest; outcome: Exchange }) {
  const { body, requestId } = outcome;
  if (!body.error) {
    return (
      <div class="notice good">
        <Icon name="check" />
        <div>
          <p class="notice-title">{body.message}</p>
          <p class="fine">
            in {duration(outcome.duration)}
            {request.seenIn && (
              <>
                {" · "}
                <a href={`#/${request.seenIn.view}`}>{request.seenIn.says}</a>
              </>
            )}
          </p>
        </div>
      </div>
    );
  }
  return (
    <div class="notice bad">
      <Icon name="warning" />
      <div>
        <p class="notice-title">
          {body.message} {body.code !== undefined && <code>{body.code}</code>}
        </p>
        <Advice code={body.code} />
        {requestId !== undefined && (
          <p class="fine">
            Request <code>{requestId}</code>
          </p>
        )}
      </div>
    </div>
  );
}
