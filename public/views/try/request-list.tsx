import type { Exchange } from "../../api/gateway.ts";
import { Icon } from "../../components/icon.tsx";
import { duration } from "../../lib/format.ts";
import { requests, type TryRequest } from "./requests.ts";

interface RequestListProps {
  readonly chosen: TryRequest;
  readonly sending?: string;
  readonly outcomes: Readonly<Record<string, Exchange>>;
  choose(request: TryRequest): void;
  send(request: TryRequest): void;
}

const groups = [
  { id: "services", title: "Services" },
  { id: "protocols", title: "One log entry over" },
] as const;

/** Each request twice over: its name chooses it, the arrow beside it sends it as it stands. */
export function RequestList(props: RequestListProps) {
  return (
    <div class="requests">
      {groups.map(({ id, title }) => (
        <section key={id} aria-labelledby={`group-${id}`}>
          <h2 id={`group-${id}`} class="label">
            {title}
          </h2>
          <ul>
            {requests
              .filter(({ group }) => group === id)
              .map((request) => (
                <Item key={request.id} request={request} {...props} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Item({ request, chosen, sending, outcomes, choose, send }: RequestListProps & { request: TryRequest }) {
  const outcome = outcomes[request.id];
  return (
    <li class="request" data-chosen={request === chosen ? "" : undefined}>
      <button type="button" class="request-name" aria-pressed={request === chosen} onClick={() => choose(request)}>
        {request.name}
        {outcome !== undefined && (
          <span class={`request-last ${outcome.body.error ? "bad-text" : "good-text"}`}>
            {outcome.body.error ? outcome.status || "failed" : duration(outcome.duration)}
          </span>
        )}
      </button>
      <button
        type="button"
        class="quiet square"
        aria-label={`Send ${request.name}`}
        title={`Send ${request.name} as it stands`}
        disabled={sending !== undefined}
        onClick={() => send(request)}
      >
        <Icon name="send" />
      </button>
    </li>
  );
}
