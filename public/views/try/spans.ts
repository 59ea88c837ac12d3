import type { Exchange } from "../../api/gateway.ts";
import type { Timing } from "../../api/server-timing.ts";

/** A bar of the time line; `start` and `length` are parts of the whole, 0 to 1. */
export interface Span {
  readonly name: string;
  readonly detail?: string;
  /** ms */
  readonly duration: number;
  readonly depth: number;
  readonly start: number;
  readonly length: number;
}

/** The way over a protocol, and the service at its other end where that tells its time. */
interface Hop {
  readonly way: Timing;
  readonly service?: Timing;
}

/**
 * The page's own measurement, in it the gateway's, in that the hops one after another, each with its service inside.
 * Servers tell how long, not when: what a span leaves of the one around it is taken as the way there and back, in equal
 * parts.
 */
export function spansOf({ duration, timings }: Pick<Exchange, "duration" | "timings">): Span[] {
  const page: Span = { name: "this page", detail: "sent to last byte", duration, depth: 0, start: 0, length: 1 };
  const gateway = timings.at(-1);
  if (gateway === undefined || duration <= 0) return [page];
  const hops = hopsOf(timings.slice(0, -1));
  const around = inside(page, gateway, page.start, page.length);
  const all = hops.reduce((sum, { way }) => sum + way.duration / duration, 0);
  const scale = all > around.length ? around.length / all : 1;
  let at = around.start + (around.length - all * scale) / 2;
  const spans = [page, around];
  for (const { way, service } of hops) {
    const room = (way.duration / duration) * scale;
    const span = inside(around, way, at, room);
    spans.push(span);
    if (service !== undefined) spans.push(inside(span, service, span.start, span.length));
    at += room;
  }
  return spans;

  function inside(parent: Span, { name, duration: ms, description }: Timing, start: number, room: number): Span {
    const length = Math.min(ms / duration, room);
    const detail = description === undefined ? {} : { detail: description };
    return { name, ...detail, duration: ms, depth: parent.depth + 1, start: start + (room - length) / 2, length };
  }
}

/** The gateway names a service with its node before the protocol that reached it. */
function hopsOf(timings: readonly Timing[]): Hop[] {
  const hops: Hop[] = [];
  let service: Timing | undefined;
  for (const timing of timings) {
    if (timing.description !== undefined) service = timing;
    else {
      hops.push(service === undefined ? { way: timing } : { way: timing, service });
      service = undefined;
    }
  }
  return hops;
}
