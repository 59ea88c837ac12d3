export interface Stage {
  readonly name: string;
  /** An image, or another stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The stages of a Dockerfile; lines that are continued are one. */
export function stagesOf(text: string): Stage[] {
  const lines = text
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => /^[A-Z]+ /.test(line));
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [word = ""] = line.split(" ");
    const rest = line.slice(word.length + 1);
    const [, from = "", name = ""] = /(?:^|\s)([^\s-]\S*) AS (\S+)$/.exec(rest) ?? [];
    if (word === "FROM") stages.push({ name, from, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** The stages that a stage's filesystem is made of, itself first. @throws Error when there is none of that name */
export function layersOf(stages: readonly Stage[], name: string): Stage[] {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage === undefined) throw new Error(`there is no stage ${name}`);
  const isStage = stages.some((candidate) => candidate.name === stage.from);
  return [stage, ...(isStage ? layersOf(stages, stage.from) : [])];
}

/** What its ENV instructions leave a stage's processes; the nearest wins. */
export function variablesOf(stages: readonly Stage[], name: string): Record<string, string> {
  const set = layersOf(stages, name)
    .reverse()
    .flatMap(({ instructions }) => instructions.filter(({ word }) => word === "ENV"))
    .flatMap(({ rest }) => [...rest.matchAll(/(\w+)=(\S+)/g)]);
  return Object.fromEntries(set.map(([, variable, value]) => [variable, value]));
}

/**
 * What could bring a development dependency into an image: an installation among its layers, or node_modules from a stage that
 * installs them all.
 */
export function* dependencyProblems(stages: readonly Stage[], image: string): Iterable<string> {
  for (const { name, instructions } of layersOf(stages, image)) {
    for (const { word, rest } of instructions) {
      if (word === "RUN" && /\bnpm\b/.test(rest)) yield `${name} runs npm in the image`;
      const [, from = "", path = ""] = /^--from=(\S+) (\S*node_modules)/.exec(rest) ?? [];
      if (word === "COPY" && from !== "" && !isLean(stages, from, path))
        yield `${name} takes node_modules from ${from}`;
    }
  }
}

/** A stage's node_modules are lean when it installs them so, or lays them out from lean ones. */
function isLean(stages: readonly Stage[], name: string, path: string): boolean {
  const own = stages.find((stage) => stage.name === name)?.instructions ?? [];
  const laysOut = own.find(({ word, rest }) => word === "RUN" && rest.includes("image-contents.mjs"));
  if (laysOut === undefined) return own.some(({ rest }) => /npm ci .*--omit=dev\b/.test(rest));
  const [, source = ""] = /(\/\S+node_modules)/.exec(laysOut.rest) ?? [];
  const brought = own.map(({ rest }) => /^--from=(\S+) \S+ (\S+)$/.exec(rest)).find((copy) => copy?.[2] === source);
  return brought?.[1] !== undefined && source !== path && isLean(stages, brought[1], source);
}
