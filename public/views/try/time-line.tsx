import type { Exchange } from "../../api/gateway.ts";
import { Facts } from "../../components/facts.tsx";
import { duration } from "../../lib/format.ts";
import { spansOf } from "./spans.ts";

/** Too small to be seen is too small: a bar has at least this part of the width, percent. */
const LEAST = 0.6;

/** Who answered, over which protocol, and where the time went. */
export function TimeLine({ outcome }: { outcome: Exchange }) {
  return (
    <section class="card" aria-labelledby="time-line-title">
      <header class="card-head">
        <h2 id="time-line-title">Time line</h2>
        <span class="fine">{duration(outcome.duration)}</span>
      </header>
      <Facts facts={{ Protocol: outcome.via, "Answered by": outcome.node, Request: outcome.requestId }} />
      <ol class="spans">
        {spansOf(outcome).map((span, place) => (
          <li key={place}>
            <span class="span-name">
              {span.name}
              {span.detail !== undefined && <span class="fine"> {span.detail}</span>}
            </span>
            <span class="span-track" aria-hidden="true">
              <span
                class="span-bar"
                data-depth={span.depth}
                style={{ left: `${span.start * 100}%`, width: `${Math.max(span.length * 100, LEAST)}%` }}
              />
            </span>
            <span class="span-time">{duration(span.duration)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
