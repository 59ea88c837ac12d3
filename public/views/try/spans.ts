import type { Exchange } from "../../api/gateway.ts";

/** A bar of the time line; `start` and `length` are parts of the whole, 0 to 1. */
export interface Span {
  readonly name: string;
  readonly detail?: string;
  /** ms */
  readonly duration: number;
  readonly start: number;
  readonly length: number;
}

/**
 * The page's own measurement with the server's timings inside it, longest first. Servers tell how long, not when: what a
 * span leaves of the one around it is taken as the way there and back, in equal parts.
 */
export function spansOf({ duration, timings, node, via }: Exchange): Span[] {
  const whole: Span = { name: "this page", detail: "sent to last byte", duration, start: 0, length: 1 };
  const spans = [whole];
  let around = whole;
  const nested = timings.toSorted((a, b) => b.duration - a.duration);
  for (const [index, timing] of nested.entries()) {
    const length = duration > 0 ? Math.min(timing.duration / duration, around.length) : 0;
    const isInnermost = index === nested.length - 1;
    const detail = timing.description ?? (isInnermost && timing.name === via ? node : undefined);
    around = {
      name: timing.name,
      ...(detail === undefined ? {} : { detail }),
      duration: timing.duration,
      start: around.start + (around.length - length) / 2,
      length,
    };
    spans.push(around);
  }
  return spans;
}
