import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../test/support/eventually.ts";
import { errands, underLoad } from "./books.ts";
import type { Client } from "./client.ts";
import { here, podsOf, rolledOut, script } from "./cluster.ts";
import type { Part } from "./part.ts";

const scaled = ["gateway", "auth", "logger", "mailer", "listener"];
/** Where those who do the errands count them. A gateway's share is that of the connections to it. */
const counted = {
  logger: { port: 8082, metric: /^served_requests\{/ },
  mailer: { port: 8083, metric: /^served_requests\{/ },
  listener: { port: 8084, metric: /^events_outcomes\{.*"done"/ },
} as const;
type Counted = keyof typeof counted;
const REPLICAS = 3;

/** Three replicas of each: every errand is done once, and every replica does its part. Then the autoscaler, on measured load. */
export async function proveScale({ report }: Part, client: Client): Promise<void> {
  const names = Object.keys(counted) as Counted[];
  report.progress(`${REPLICAS} replicas of each`);
  const grown = await underLoad(
    client,
    async () => {
      const least = JSON.stringify({ spec: { minReplicas: REPLICAS } });
      for (const name of scaled) await here("patch", "hpa", name, "-p", least);
      for (const name of scaled) {
        await here("wait", `--for=jsonpath={.spec.replicas}=${REPLICAS}`, `deployment/${name}`, "--timeout=2m");
        await rolledOut(`deployment/${name}`);
      }
    },
    errands,
  );
  assert.equal(grown.refused, 0);
  report.proved(`from two to ${REPLICAS} replicas under load: ${grown.accepted} errands, 0 lost, each done once`);
  const before = await Promise.all(names.map(countsOf));
  const outcome = await underLoad(client, () => delay(20_000), errands);
  assert.equal(outcome.refused, 0);
  report.proved(
    `${outcome.accepted} errands (log over five protocols, mails, events) on ${REPLICAS} replicas: each done once`,
  );
  for (const [n, name] of names.entries()) {
    const after = await countsOf(name);
    const shares = [...after].map(([pod, count]) => count - (before[n]?.get(pod) ?? 0));
    assert.equal(shares.length, REPLICAS);
    assert.ok(Math.min(...shares) > 0, `${name}: one did nothing: ${shares}`);
    report.note(`  ${name.padEnd(9)} ${shares.join(" + ")}`);
  }
  await autoscaled(report, client);
}

/** Its measure is set so low that what the load takes is too much for the replicas that are there. */
async function autoscaled(report: Part["report"], client: Client): Promise<void> {
  report.progress("the autoscaler of logger, with a low measure");
  const measure = (averageValue: string) => {
    const metrics = [{ type: "Resource", resource: { name: "cpu", target: { type: "AverageValue", averageValue } } }];
    return here("patch", "hpa", "logger", "-p", JSON.stringify({ spec: { metrics } }));
  };
  const outcome = await underLoad(client, async () => {
    await measure("5m");
    await eventually(async () => (await podsOf("logger")).length > REPLICAS || undefined, 240_000, 1_000);
    await measure("600m");
    await rolledOut("deployment/logger");
  });
  assert.equal(outcome.refused, 0);
  report.proved(
    `the autoscaler adds a logger when the measured load is above its mark: ${outcome.accepted} requests, 0 lost`,
  );
}

async function countsOf(name: Counted): Promise<Map<string, number>> {
  const { port, metric } = counted[name];
  const text = `console.log(await (await fetch("http://127.0.0.1:${port}/metrics")).text())`;
  const counts = (await podsOf(name)).map(async ({ name: pod }): Promise<[string, number]> => {
    const lines = (await script(pod, text)).split("\n").filter((line) => metric.test(line));
    return [pod, lines.reduce((sum, line) => sum + Number(/ (\d+)(?: \d+)?$/.exec(line)?.[1] ?? 0), 0)];
  });
  return new Map(await Promise.all(counts));
}
