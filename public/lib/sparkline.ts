/** How many samples are kept for a line. */
export const SAMPLES = 30;

/** The newest value is at the right edge; a line of few samples begins further right. Nothing but zeros lies on the floor. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length === 0) return "";
  const shown = values.slice(-SAMPLES);
  const top = Math.max(...shown, 1);
  const step = width / (SAMPLES - 1);
  const start = width - step * (shown.length - 1);
  const points = shown.map((value, index) => {
    const x = start + index * step;
    const y = height - 1 - (value / top) * (height - 2);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}
