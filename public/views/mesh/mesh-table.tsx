import { Sparkline } from "../../components/sparkline.tsx";
import { duration } from "../../lib/format.ts";
import { nodeState, nodeTitle } from "./node-state.ts";
import type { WatchedNode } from "./use-mesh.ts";

/** The picture in words and numbers. */
export function MeshTable({ nodes }: { nodes: readonly WatchedNode[] }) {
  return (
    <div class="card flush">
      <table class="rows mesh-rows">
        <caption class="hidden">Nodes of the mesh</caption>
        <thead>
          <tr>
            <th scope="col">Runs</th>
            <th scope="col">Node</th>
            <th scope="col">State</th>
            <th scope="col">Calls/s</th>
            <th scope="col">Mean</th>
            <th scope="col">p95</th>
            <th scope="col">Course</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => {
            const { tone, says } = nodeState(node);
            return (
              <tr key={node.id}>
                <th scope="row">{nodeTitle(node)}</th>
                <td class="muted wrap">{node.id}</td>
                <td>
                  <span class={`badge ${tone}`}>{says}</span>
                </td>
                <td class="number">{node.available ? node.callsPerSecond.toFixed(1) : "–"}</td>
                <td class="number">{node.available ? duration(node.mean) : "–"}</td>
                <td class="number">{node.available ? duration(node.p95) : "–"}</td>
                <td>
                  <Sparkline values={node.course} width={120} height={22} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
