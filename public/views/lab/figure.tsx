import { plotOf, shapes } from "../../../services/lab/report/plot.ts";
import type { Figure as FigureData } from "../../../services/lab/report/series.ts";

/** One picture, as the HTML report has it too; the tables below say the same in numbers. */
export function Figure({ figure }: { figure: FigureData }) {
  const { title, unit } = figure;
  const plot = plotOf(figure);
  if (plot === undefined) return null;
  const { width, height, left, right, grid, columns, lines } = plot;
  return (
    <figure class="plot">
      <figcaption>
        <strong>{title}</strong> <span class="fine">{unit}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}, ${unit}`}>
        {grid.map(({ y, label }) => (
          <g key={label}>
            <line class="plot-grid" x1={left} x2={right} y1={y} y2={y} />
            <text class="plot-tick" x={left - 6} y={y + 3.5} text-anchor="end">
              {label}
            </text>
          </g>
        ))}
        {columns.map(({ x, y, label }) => (
          <text key={label} class="plot-tick" x={x} y={y} text-anchor="middle">
            {label}
          </text>
        ))}
        {lines.map(({ contender, points, marks }) => (
          <g key={contender} class={contender}>
            <polyline class="plot-line" points={points} />
            {marks.map(({ x, y, low, high, says }) => (
              <g key={x}>
                <title>{says}</title>
                <line class="plot-interval" x1={x} x2={x} y1={low} y2={high} />
                <path class="plot-mark" transform={`translate(${x} ${y})`} d={shapes[contender]} />
              </g>
            ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}
