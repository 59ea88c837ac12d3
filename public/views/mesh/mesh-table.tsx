import { duration, megabytes } from "../../lib/format.ts";
import { nodeState } from "./node-state.ts";
import type { MeshNode } from "./snapshot.ts";

/** The picture in words and numbers. */
export function MeshTable({ nodes }: { nodes: readonly MeshNode[] }) {
  return (
    <div class="card flush">
      <table class="rows mesh-rows">
        <caption class="hidden">Nodes of the mesh</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">State</th>
            <th scope="col">Runs</th>
            <th scope="col">Calls/s</th>
            <th scope="col">Mean</th>
            <th scope="col">p95</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <Row key={node.id} node={node} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ node }: { node: MeshNode }) {
  const { tone, says, why } = nodeState(node);
  return (
    <tr>
      <th scope="row">
        {node.name} <span class="node-full-id">{node.id}</span>
      </th>
      <td>
        <span class={`badge ${tone}`}>{says}</span>
        {why !== undefined && <span class="fine"> {why}</span>}
      </td>
      <td class="muted" data-label="runs">
        {node.services.length === 0 ? "nothing" : node.services.join(", ")}
      </td>
      <td class="number" data-label="calls/s">
        {node.calls_per_second?.toFixed(1) ?? "–"}
      </td>
      <td class="number" data-label="mean">
        {node.mean_ms === undefined ? "–" : duration(node.mean_ms)}
      </td>
      <td class="number" data-label="p95">
        {node.p95_ms === undefined ? "–" : duration(node.p95_ms)}
      </td>
      <td class="number" data-label="memory">
        {node.memory === undefined ? "–" : megabytes(node.memory)}
      </td>
    </tr>
  );
}
