import type { Estimate } from "../../../services/lab/results.ts";

/** The median as a bar, its interval as a line across the bar's end. */
export function Meter({ value: { median, low, high }, most }: { value: Estimate; most: number }) {
  const x = (value: number) => (most === 0 ? 0 : (value / most) * 100);
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter-track" width="100" height="8" />
      <rect class="meter-bar" width={x(median)} y="1" height="6" />
      <rect class="meter-interval" x={x(low)} width={Math.max(0.5, x(high) - x(low))} y="3" height="2" />
    </svg>
  );
}
