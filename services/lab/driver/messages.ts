import type { Step } from "../progress.ts";
import type { Reached } from "../results.ts";
import type { Settings } from "../settings.ts";

/** What the lab tells the process that generates the load. */
export type ToDriver =
  | { readonly type: "run"; readonly run: string; readonly settings: Settings }
  /** With why it is to end before its last case. */
  | { readonly type: "stop"; readonly reason: string };

/** What that process tells the lab. */
export type FromDriver =
  | { readonly type: "step"; readonly step: Step; readonly done: number }
  | { readonly type: "reached"; readonly reached: Reached }
  /** It is over. Without a reason every case was measured. Cleared: the log has nothing of it. */
  | { readonly type: "over"; readonly reason?: string; readonly cleared: boolean };
