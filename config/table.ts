import { entries } from "./entries.ts";
import type { Entry } from "./entry.ts";

/** The README's table of variables. */
export function markdownTable(): string {
  const rows = Object.values<Entry>(entries).map((entry) => {
    const [name, ...aliases] = entry.names;
    const shown = entry.default === undefined ? "" : `\`${entry.default}\``;
    const notes = [
      `${entry.doc}.`,
      aliases.length > 0 ? `Also ${aliases.map((alias) => `\`${alias}\``).join(", ")}.` : "",
      entry.secret ? `May come from \`${name}_FILE\`.` : "",
      entry.requiredInProduction ? "Required in production." : "",
    ];
    const nodes = entry.nodes === "all" ? "all" : entry.nodes.join(", ");
    return `| \`${name}\` | ${shown} | ${nodes} | ${notes.filter(Boolean).join(" ").replaceAll("|", "\\|")} |`;
  });
  return ["| variable | default | read by | what it is |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

if (import.meta.main) console.log(markdownTable());
