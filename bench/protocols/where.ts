/**
 * `npm run bench:where -- FILE.cpuprofile ...`: whose code the processor was in, in percent of the time that it was
 * busy. The profiles are those of `npm run bench:protocols -- --profile DIRECTORY`; their first third, in which a process
 * starts and V8 compiles, is left out.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string } }[];
  readonly samples: readonly number[];
  /** µs since the sample before. */
  readonly timeDeltas: readonly number[];
}
type Frame = Profile["nodes"][number]["callFrame"];

const SKIPPED = 1 / 3;
/** Less than that, in percent, is put together. */
const LEAST = 1;

function owner({ functionName, url }: Frame): string {
  if (/^write\w*(Buffer|String)$|^writev$/.test(functionName) && url === "") return "writing to sockets (the kernel)";
  if (functionName === "(garbage collector)") return "collecting garbage";
  const [, dependency] = /.*\/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  if (url.startsWith("node:") || url === "") return "Node.js and V8";
  const [, folder] = /\/((?:bench|config|errors|mixins|node|protocols|services)\/[\w-]+)/.exec(url) ?? [];
  return `ours: ${folder ?? url}`;
}

function shares({ nodes, samples, timeDeltas }: Profile): [string, number][] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  const all = timeDeltas.reduce((sum, time) => sum + time, 0);
  let passed = 0;
  for (const [index, id] of samples.entries()) {
    const time = timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    passed += time;
    if (frame === undefined || passed < all * SKIPPED || frame.functionName === "(idle)") continue;
    const whose = owner(frame);
    times.set(whose, (times.get(whose) ?? 0) + time);
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  const percent = [...times].map(([whose, time]): [string, number] => [whose, (100 * time) / busy]);
  const shown = percent.filter(([, share]) => share >= LEAST).sort(([, a], [, b]) => b - a);
  return [...shown, ["all others", 100 - shown.reduce((sum, [, share]) => sum + share, 0)]];
}

for (const file of process.argv.slice(2)) {
  console.log(basename(file));
  for (const [whose, share] of shares(JSON.parse(readFileSync(file, "utf8")) as Profile)) {
    console.log(`${share.toFixed(1).padStart(5)} %  ${whose}`);
  }
}
