/** One metric of a Server-Timing header. */
export interface Timing {
  readonly name: string;
  /** ms */
  readonly duration: number;
  readonly description?: string;
}

/** Reads `mesh;dur=3.1;desc="auth-1", gateway;dur=4`. What is no metric is left out. */
export function parseServerTiming(header: string): Timing[] {
  return split(header, ",").flatMap((part) => {
    const [name = "", ...params] = split(part, ";");
    const given = new Map(params.map((param) => pair(param)));
    const duration = Number(given.get("dur"));
    if (name === "" || !given.has("dur") || !Number.isFinite(duration)) return [];
    const description = given.get("desc");
    return [{ name, duration, ...(description ? { description } : {}) }];
  });
}

function pair(param: string): [string, string] {
  const at = param.indexOf("=");
  if (at < 0) return [param, ""];
  return [
    param.slice(0, at).trim().toLowerCase(),
    param
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1"),
  ];
}

/** Splits outside of quotation marks. */
function split(text: string, by: "," | ";"): string[] {
  const parts = text.match(by === "," ? /(?:[^,"]|"[^"]*")+/g : /(?:[^;"]|"[^"]*")+/g);
  return (parts ?? []).map((part) => part.trim()).filter((part) => part !== "");
}
