import { useEffect, useState } from "preact/hooks";
import { call, type Failure } from "../../api/gateway.ts";
import { type LiveState, useLive } from "../../api/live.ts";
import { useLoading } from "../../lib/loading.ts";
import { SAMPLES } from "../../lib/sparkline.ts";
import type { MeshNode, Snapshot } from "./snapshot.ts";

/** A node with its recent past, calls per second, newest last. */
export interface WatchedNode extends MeshNode {
  readonly course: readonly number[];
}

/** The mesh as it is now: asked for once, then followed. */
export function useMesh(user: number | undefined): {
  nodes?: readonly WatchedNode[];
  failure?: Failure;
  live: LiveState;
  again(): void;
} {
  const [nodes, setNodes] = useState<readonly WatchedNode[]>();
  const first = useLoading(`mesh ${user}`, (signal) => call<Snapshot>("GET", "/mesh", undefined, signal));
  const seen = ({ nodes }: Snapshot) => setNodes((before) => watched(nodes, before ?? []));
  const live = useLive("/mesh/stream", first.value !== undefined, { mesh: (data) => seen(data as Snapshot) });
  useEffect(() => {
    if (first.value !== undefined) seen(first.value);
  }, [first.value]);
  return { nodes, failure: first.failure, live, again: first.again };
}

function watched(nodes: readonly MeshNode[], before: readonly WatchedNode[]): WatchedNode[] {
  const courses = new Map(before.map(({ id, course }) => [id, course]));
  return nodes
    .map((node) => ({ ...node, course: [...(courses.get(node.id) ?? []), node.calls_per_second ?? 0].slice(-SAMPLES) }))
    .sort(byPlace);
}

/** The way of a request: what people meet first comes first; the same node stays in the same place. */
const order = ["frontend", "gateway", "auth", "logger", "mailer", "listener", "lab"];
const place = ({ name }: MeshNode) => {
  const at = order.indexOf(name);
  return at < 0 ? order.length : at;
};
const byPlace = (a: MeshNode, b: MeshNode): number =>
  place(a) - place(b) || Number(b.available) - Number(a.available) || a.id.localeCompare(b.id);
