import { duration } from "../../lib/format.ts";
import { sparklinePath } from "../../lib/sparkline.ts";
import { CARD_HEIGHT, cut } from "./layout.ts";
import { nodeState, nodeTitle } from "./node-state.ts";
import type { WatchedNode } from "./use-mesh.ts";

const PAD = 14;

/** One node in the picture: its name, how it is, how busy it is. */
export function NodeCard({ node, x, y, width }: { node: WatchedNode; x: number; y: number; width: number }) {
  const state = nodeState(node);
  const inner = width - 2 * PAD;
  return (
    <g class={`node ${state.tone}`} transform={`translate(${x} ${y})`}>
      <rect class="node-box" width={width} height={CARD_HEIGHT} rx="10" />
      <circle class="node-dot" cx={PAD + 4} cy="22" r="4" />
      <text class="node-name" x={PAD + 16} y="27">
        {cut(nodeTitle(node), inner - 16, 8.5)}
      </text>
      <text class="node-id" x={PAD} y="46">
        {cut(`${state.says} · ${node.id}`, inner, 6.4)}
      </text>
      {node.available && (
        <>
          <text class="node-number" x={PAD} y="72">
            {node.callsPerSecond.toFixed(1)}
            <tspan class="node-unit"> calls/s</tspan>
          </text>
          <text class="node-number" x={width - PAD} y="72" text-anchor="end">
            {duration(node.p95)}
            {width > 190 && <tspan class="node-unit"> p95</tspan>}
          </text>
          <g transform={`translate(${PAD} 84)`}>
            <path class="node-course" d={sparklinePath(node.course, inner, CARD_HEIGHT - 84 - 12)} />
          </g>
        </>
      )}
    </g>
  );
}
