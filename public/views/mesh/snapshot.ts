/** A node as `GET /mesh` and each event `mesh` of `/mesh/stream` tell of it; one that is gone has no numbers. */
export interface MeshNode {
  readonly id: string;
  /** What it was started as, such as `auth`. */
  readonly name: string;
  readonly services: readonly string[];
  readonly available: boolean;
  readonly gone_at?: string;
  readonly health?: { readonly ready: boolean; readonly checks: Readonly<Record<string, Check>> };
  readonly calls_per_second?: number;
  /** ms; absent when nothing was called lately */
  readonly mean_ms?: number;
  readonly p95_ms?: number;
  /** bytes */
  readonly memory?: number;
}

interface Check {
  readonly ok: boolean;
  readonly why?: string;
}

export interface Snapshot {
  readonly nodes: readonly MeshNode[];
}
