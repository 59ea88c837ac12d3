import { duration } from "../../lib/format.ts";
import { sparklinePath } from "../../lib/sparkline.ts";
import { CARD_HEIGHT, cut } from "./layout.ts";
import { nodeState } from "./node-state.ts";
import type { WatchedNode } from "./use-mesh.ts";

const PAD = 14;

/** One node in the picture: its name, how it is, how busy it is. */
export function NodeCard({ node, x, y, width }: { node: WatchedNode; x: number; y: number; width: number }) {
  const state = nodeState(node);
  const inner = width - 2 * PAD;
  // Two numbers with their units are too much for one line of a phone's cards.
  const isNarrow = width <= 190;
  const p95 = isNarrow ? { x: PAD, y: 91 } : { x: width - PAD, y: 72, "text-anchor": "end" as const };
  const top = isNarrow ? 98 : 84;
  return (
    <g class={`node ${state.tone}`} transform={`translate(${x} ${y})`}>
      <rect class="node-box" width={width} height={CARD_HEIGHT} rx="10" />
      <circle class="node-dot" cx={PAD + 4} cy="22" r="4" />
      <text class="node-name" x={PAD + 16} y="27">
        {cut(node.name, inner - 16, 8.5)}
      </text>
      <text class="node-id" x={PAD} y="46">
        {cut(`${state.says} · ${runs(node)}`, inner, 6.4)}
      </text>
      {state.why !== undefined && (
        <text class="node-why" x={PAD} y={node.available ? CARD_HEIGHT - 12 : 72}>
          {cut(state.why, inner, 6.4)}
        </text>
      )}
      {node.available && (
        <>
          <text class="node-number" x={PAD} y="72">
            {(node.calls_per_second ?? 0).toFixed(1)}
            <tspan class="node-unit"> calls/s</tspan>
          </text>
          <text class="node-number" {...p95}>
            {node.p95_ms === undefined ? "–" : duration(node.p95_ms)}
            <tspan class="node-unit"> p95</tspan>
          </text>
          {state.why === undefined && (
            <g transform={`translate(${PAD} ${top})`}>
              <path class="node-course" d={sparklinePath(node.course, inner, CARD_HEIGHT - top - 12)} />
            </g>
          )}
        </>
      )}
    </g>
  );
}

/** A node usually runs the one service it is named for; only what else it runs is news. */
function runs({ name, services, id }: WatchedNode): string {
  return services.length === 1 && services[0] === name ? id : `runs ${services.join(", ") || "nothing"}`;
}
