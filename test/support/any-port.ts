import { nodeNames } from "../../config/entry.ts";
import type { Environment } from "../../config/load.ts";
import { portsOf } from "../../config/ports.ts";

/** Every port of every node is a free one. */
export const anyPort: Environment = Object.fromEntries(
  nodeNames.flatMap((name) => portsOf(name).map(({ variable }) => [variable, "0"])),
);
