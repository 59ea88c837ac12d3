import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { ServiceBroker } from "moleculer";

/** How often the loop is looked at, ms; the delay is what comes on top of it. */
const RESOLUTION = 20;

/** One for the process, from the first time somebody asks. */
let delay: Histogram | undefined;
type Histogram = ReturnType<typeof monitorEventLoopDelay>;
let last = performance.eventLoopUtilization();

const metrics = {
  mean: "process.eventloop.delay.mean",
  p99: "process.eventloop.delay.p99",
  max: "process.eventloop.delay.max",
  utilization: "process.eventloop.utilization",
} as const;

/** Sets the gauges of the event loop to what it was like since they were asked for before. */
export function collectEventLoop({ metrics: registry }: ServiceBroker): void {
  delay ??= started();
  if (registry.getMetric(metrics.mean) === null) {
    for (const name of Object.values(metrics)) {
      const unit = name === metrics.utilization ? undefined : "millisecond";
      registry.register({ type: "gauge", name, unit, description: `${name} since the last scrape` });
    }
  }
  const { mean, max } = delay;
  registry.set(metrics.mean, beyondResolution(mean));
  registry.set(metrics.p99, beyondResolution(delay.percentile(99)));
  registry.set(metrics.max, beyondResolution(max));
  const now = performance.eventLoopUtilization();
  registry.set(metrics.utilization, performance.eventLoopUtilization(now, last).utilization);
  last = now;
  delay.reset();
}

function started(): Histogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  return histogram;
}

/** The histogram counts ns, its interval included; without a sample it has no mean. */
const beyondResolution = (ns: number): number => (Number.isFinite(ns) ? Math.max(0, ns / 1e6 - RESOLUTION) : 0);
