import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { type NodeName, nodeNames } from "../../config/entry.ts";

interface WatchOptions {
  readonly nodes: readonly NodeName[];
  readonly tell: (text: string) => void;
  /** Called when it is built, with the nodes whose code is another now. */
  readonly changed: (names: readonly NodeName[]) => Promise<void>;
}

const sources = ["config", "errors", "mixins", "node", "protocols", "public", "services"];
/** Editors write a file in several steps, ms. */
const SETTLE = 150;

/** `npm run dev`: builds what was changed and tells which nodes it concerns. What does not build leaves what runs alone. */
export function onSourceChange({ nodes, tell, changed }: WatchOptions): void {
  const pending = new Set<NodeName>();
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  for (const directory of sources) {
    watch(directory, { recursive: true }, (_, file) => {
      if (file === null || file.endsWith(".spec.ts") || file.endsWith("~")) return;
      for (const name of concerned(directory, file)) if (nodes.includes(name)) pending.add(name);
      clearTimeout(timer);
      timer = setTimeout(() => {
        work = work.then(rebuild);
      }, SETTLE);
    });
  }

  async function rebuild(): Promise<void> {
    const names = [...pending];
    if (names.length === 0) return;
    pending.clear();
    const { failed, output } = await build();
    if (!failed) return changed(names);
    tell(`${output}\n  It does not build; what runs is the code before.`);
    for (const name of names) pending.add(name);
  }
}

/** The page and one service concern one node, all else every one. */
function concerned(directory: string, file: string): readonly NodeName[] {
  if (directory === "public") return ["frontend"];
  const service = nodeNames.find((name) => file.startsWith(`${name}/`) || file.startsWith(`${name}\\`));
  return directory === "services" && service !== undefined ? [service] : nodeNames;
}

async function build(): Promise<{ failed: boolean; output: string }> {
  const builder = spawn(process.execPath, ["scripts/build.mjs", "--if-changed"], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [builder.stdout, builder.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const [code] = await once(builder, "close");
  return { failed: code !== 0, output };
}
