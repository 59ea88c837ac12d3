import type { MeshNode } from "./snapshot.ts";

interface NodeState {
  readonly tone: "good" | "warn" | "bad";
  readonly says: string;
}

export function nodeState({ available, health }: MeshNode): NodeState {
  if (!available) return { tone: "bad", says: "gone" };
  if (health === "degraded") return { tone: "warn", says: "unwell" };
  return { tone: "good", says: "here" };
}

/** What runs on it; a node without a service of its own goes by its id. */
export const nodeTitle = ({ id, services }: MeshNode): string => (services.length > 0 ? services.join(", ") : id);
