import type { ContenderName } from "../contenders.ts";
import { type Plot, plotOf, shapes } from "./plot.ts";
import type { Figure } from "./series.ts";

export const marker = (name: ContenderName): string =>
  `<svg class="marker" viewBox="-7 -7 14 14" aria-hidden="true"><path class="${name} fill" d="${shapes[name]}"/></svg>`;

/** A figure as the report has it. Every text in it is ours. */
export function chart(figure: Figure): string {
  const { title, unit, fixed } = figure;
  const plot = plotOf(figure);
  if (plot === undefined) return "";
  const { width, height, left, right, grid, columns, lines } = plot;
  const rows = grid.map(
    ({ y, label }) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" x="${left - 6}" y="${y + 3.5}" text-anchor="end">${label}</text>`,
  );
  const labels = columns.map(
    ({ x, y, label }) => `<text class="tick" x="${x}" y="${y}" text-anchor="middle">${label}</text>`,
  );
  const name = [title, fixed].filter(Boolean).join(", ");
  return `<figure><figcaption><b>${title}</b>${fixed === "" ? "" : `, ${fixed}`} <span>${unit}</span></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}, ${unit}">${[...rows, ...labels, ...lines.map(line)].join("")}</svg></figure>`;
}

function line({ contender, points, marks }: Plot["lines"][number]): string {
  const drawn = marks.map(
    ({ x, y, low, high, says }) =>
      `<g><title>${says}</title><line x1="${x}" x2="${x}" y1="${low}" y2="${high}"/>` +
      `<path class="fill" transform="translate(${x} ${y})" d="${shapes[contender]}"/></g>`,
  );
  return `<g class="${contender}"><polyline points="${points}"/>${drawn.join("")}</g>`;
}
