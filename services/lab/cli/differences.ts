import { factsOf } from "../report/facts.ts";
import { title } from "../report/words.ts";
import type { Report } from "../results.ts";
import { isSameCase } from "../settings.ts";
import { aligned } from "./table.ts";

/** What else differs between two reports than what was measured: a table of it, or a line that nothing does. */
export function surroundingsDifferences(before: Report, after: Report): string[] {
  const [a, b] = [factsOf(before), factsOf(after)];
  const rows = [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => [name, a.get(name) ?? NOT_TOLD, b.get(name) ?? NOT_TOLD] as const);
  if (rows.length === 0) return ["Machine, versions, servers and settings are the same."];
  return ["What was not the same:", ...aligned([["", "A", "B"], ...rows])];
}

const NOT_TOLD = "not told";

/** Of what only one of the two has measured a line each; none when both have the same. */
export function onlyInOne(before: Report, after: Report): string[] {
  return [["A", before, after] as const, ["B", after, before] as const].flatMap(([name, one, other]) => {
    const counts = missingFrom(other, one);
    const parts = [...counts].map(([contender, cases]) => `${contender} in ${cases} ${cases === 1 ? "case" : "cases"}`);
    return parts.length === 0 ? [] : [`Only in ${name}: ${parts.join(", ")}.`];
  });
}

/** How many cases of a contender the one has and the other does not, by its title. */
function missingFrom(other: Report, one: Report): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { case: of, summaries } of one.cases) {
    const there = other.cases.find((result) => isSameCase(result.case, of))?.summaries ?? [];
    for (const { contender } of summaries) {
      if (there.some((summary) => summary.contender === contender)) continue;
      counts.set(title(contender), (counts.get(title(contender)) ?? 0) + 1);
    }
  }
  return counts;
}
