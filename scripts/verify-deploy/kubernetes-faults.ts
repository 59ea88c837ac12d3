import assert from "node:assert/strict";
import { evaluate, here, label, namespace, onePodOf, podsOf, readyIs, restarted, rolledOut } from "./cluster.ts";
import { run } from "./command.ts";
import type { Part } from "./part.ts";

/** What the probes and the disruption budgets are for. */
export async function proveFaults({ report }: Part): Promise<void> {
  await serverAway(report);
  await nodeHangs(report);
  await evictions(report);
}

async function serverAway(report: Part["report"]): Promise<void> {
  report.progress("PostgreSQL goes");
  const before = await podsOf("auth");
  await here("scale", "statefulset/postgres", "--replicas=0");
  await readyIs(false, "--selector", label("auth"));
  await readyIs(true, "--selector", label("logger"));
  await here("scale", "statefulset/postgres", "--replicas=1");
  await rolledOut("statefulset/postgres");
  await readyIs(true, "--selector", label("auth"));
  assert.deepEqual(await podsOf("auth"), before, "nobody started auth again");
  report.proved(
    "without PostgreSQL auth is not ready (its gRPC probe), the others are; back, it is again, and was never restarted",
  );
}

async function nodeHangs(report: Part["report"]): Promise<void> {
  report.progress("a mailer hangs");
  const { name, restarts } = await onePodOf("mailer");
  await evaluate(name, "for (;;);");
  await readyIs(false, name);
  await restarted("mailer", name, restarts);
  await readyIs(true, name);
  report.proved("a mailer that hangs is not ready, and its liveness probe has it started again");
}

async function evictions(report: Part["report"]): Promise<void> {
  const [one, other] = await podsOf("gateway");
  assert.ok(one && other);
  await evict(one.name);
  await assert.rejects(evict(other.name), /disruption budget/);
  await rolledOut("deployment/gateway");
  report.proved(
    "as a machine is drained, one gateway may be evicted; the budget keeps the other until there is a new one",
  );
}

function evict(name: string): Promise<string> {
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  return run("kubectl", ["create", "--raw", path, "-f", "-"], { input: JSON.stringify(eviction) });
}
