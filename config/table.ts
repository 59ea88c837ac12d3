import { readFileSync, writeFileSync } from "node:fs";
import { entries } from "./entries.ts";
import type { Entry } from "./entry.ts";

/** The README's table of variables. */
export function markdownTable(): string {
  const rows = Object.values<Entry>(entries).map((entry) => {
    const [name, ...aliases] = entry.names;
    const shown = !entry.default ? "" : `\`${entry.default}\``;
    const notes = [
      `${entry.doc}.`,
      aliases.length > 0 ? `Also ${aliases.map((alias) => `\`${alias}\``).join(", ")}.` : "",
      entry.secret ? `May come from \`${name}_FILE\`.` : "",
      entry.requiredInProduction ? "Required in production." : "",
    ];
    const nodes = entry.nodes === "all" ? "all" : entry.nodes.join(", ");
    return [`\`${name}\``, shown, nodes, notes.filter(Boolean).join(" ").replaceAll("|", "\\|")];
  });
  return aligned(["variable", "default", "read by", "what it is"], rows);
}

/** As the formatter would have it. */
function aligned(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Where the table stands in the README; what is between is made by `npm run config -- --write`. */
const between = /(?<=<!-- variables -->\n)[\s\S]*(?=<!-- \/variables -->)/;

/** The README with the table as it is now. */
export const withTable = (readme: string): string => readme.replace(between, () => `\n${markdownTable()}\n\n`);

if (import.meta.main) {
  const readme = new URL("../README.md", import.meta.url);
  if (process.argv.includes("--write")) writeFileSync(readme, withTable(readFileSync(readme, "utf8")));
  else console.log(markdownTable());
}
