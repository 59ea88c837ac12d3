import { sparklinePath } from "../lib/sparkline.ts";

interface SparklineProps {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** The course of a number; the number itself stands beside it, so it is silent. */
export function Sparkline({ values, width, height }: SparklineProps) {
  return (
    <svg class="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={sparklinePath(values, width, height)} />
    </svg>
  );
}
