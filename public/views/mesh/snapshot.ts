/** A node as `GET /mesh` and each event of `/mesh/stream` tell of it. */
export interface MeshNode {
  readonly id: string;
  readonly services: readonly string[];
  readonly available: boolean;
  readonly health: "ok" | "degraded" | "unknown";
  readonly callsPerSecond: number;
  /** ms */
  readonly mean: number;
  /** ms */
  readonly p95: number;
}

export interface Snapshot {
  readonly nodes: readonly MeshNode[];
}
