import type { Engine } from "./engine.ts";
import type { Report } from "./report.ts";
import type { ServerImages } from "./stand-ins.ts";
import type { Undo } from "./undo.ts";

/** What each part of the run works with. */
export interface Part {
  readonly engine: Engine;
  readonly servers: ServerImages;
  readonly report: Report;
  readonly undo: Undo;
}
