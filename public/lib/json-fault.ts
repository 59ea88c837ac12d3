const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them within a string
  /([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const space = /[ \t\n\r]*/y;

type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or close";

/**
 * Where a text stops being JSON: the offset of the first thing that cannot stand there, the text's length when it ends too
 * early, undefined when it is JSON. JSON.parse knows too, but each engine tells it differently, or not at all.
 */
export function faultAt(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = "value";
  for (let at = skip(text, 0); ; at = skip(text, token.lastIndex)) {
    const isWhole = expected === ", or close" && open.length === 0;
    if (at === text.length) return isWhole ? undefined : at;
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null || isWhole) return at;
    const [, mark, string] = found;
    const next = step(expected, mark ?? (string === undefined ? "scalar" : "string"), open);
    if (next === undefined) return at;
    expected = next;
  }
}

/** What may follow `kind`, or undefined when it may not stand here. Keeps account of what is open. */
function step(expected: Expected, kind: string, open: string[]): Expected | undefined {
  if (expected === ":") return kind === ":" ? "value" : undefined;
  if (expected === "key" || expected === "key or }") {
    if (kind === "string") return ":";
    return kind === "}" && expected === "key or }" ? close(open) : undefined;
  }
  if (expected === ", or close") {
    const inside = open.at(-1);
    if (kind === ",") return inside === "{" ? "key" : "value";
    return kind === (inside === "{" ? "}" : "]") ? close(open) : undefined;
  }
  if (kind === "]" && expected === "value or ]") return close(open);
  if (kind === "string" || kind === "scalar") return ", or close";
  if (kind !== "{" && kind !== "[") return undefined;
  open.push(kind);
  return kind === "{" ? "key or }" : "value or ]";
}

function close(open: string[]): Expected {
  open.pop();
  return ", or close";
}

function skip(text: string, from: number): number {
  space.lastIndex = from;
  space.test(text);
  return space.lastIndex;
}
