import { shortTime } from "../../lib/format.ts";
import type { MeshNode } from "./snapshot.ts";

interface NodeState {
  readonly tone: "good" | "warn" | "bad";
  readonly says: string;
  /** What is wrong, in a sentence's piece. */
  readonly why?: string;
}

export function nodeState({ available, health, gone_at }: MeshNode): NodeState {
  if (!available) {
    return {
      tone: "bad",
      says: "gone",
      ...(gone_at === undefined ? {} : { why: `missed since ${shortTime(gone_at)}` }),
    };
  }
  if (health?.ready !== false) return { tone: "good", says: "healthy" };
  const failed = Object.entries(health.checks).filter(([, { ok }]) => !ok);
  const why = failed.map(([name, check]) => (check.why === undefined ? name : `${name}: ${check.why}`)).join("; ");
  return { tone: "warn", says: "unwell", ...(why === "" ? {} : { why }) };
}
