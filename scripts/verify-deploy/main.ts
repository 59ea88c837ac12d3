/**
 * `npm run verify:deploy [-- compose observe swarm kubernetes]`: proves on a Docker engine, and on the cluster that KUBECONFIG
 * names, that what this repository ships runs; all of it, or the parts that are named. Takes some 20 minutes on two cores,
 * with a cluster half an hour, and as much again the first time that it makes stand-ins; what it starts it ends, whatever
 * happens. Exit codes: 0 all is proved that can be, 1 not, 2 wrong arguments, 130 interrupted.
 */
import { underSignal } from "../../test/support/eventually.ts";
import { proveCompose } from "./compose.ts";
import { openEngine } from "./engine.ts";
import { buildImages } from "./images.ts";
import { proveKubernetes } from "./kubernetes.ts";
import { proveObserve } from "./observe.ts";
import { Report } from "./report.ts";
import { serverImages } from "./stand-ins.ts";
import { proveSwarm } from "./swarm.ts";
import { Undo } from "./undo.ts";

/** Where the report of a run goes: of all parts, and of the one that a cluster is needed for. */
const files: Readonly<Record<string, string | undefined>> = {
  "": "docs/verify-deploy.txt",
  kubernetes: process.env.KUBECONFIG && "docs/verify-deploy-kubernetes.txt",
};

const parts = { compose: proveCompose, observe: proveObserve, swarm: proveSwarm, kubernetes: proveKubernetes };
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`verify:deploy knows ${Object.keys(parts).join(", ")}, not ${unknown}`);
  process.exit(2);
}

const report = new Report(chosen);
const undo = new Undo();
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    console.log("Ending what was begun...");
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

try {
  await underSignal.run(interruption.signal, prove);
  const file = files[chosen.join()];
  if (file !== undefined) report.write(file);
} catch (error) {
  console.error(`\nFAILED: ${error instanceof Error ? error.message : error}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
} finally {
  await undo.all(); // When nothing is begun any more.
}

async function prove(): Promise<void> {
  report.heading("Engine and servers");
  const engine = await openEngine(report, undo);
  const servers = await serverImages(engine, report);
  await buildImages(engine, servers, report);
  for (const [name, provePart] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) await provePart({ engine, servers, report, undo });
  }
  report.heading("Not proved here");
  if (servers.areStandIns) {
    report.notProved(
      "the real images: PostgreSQL 17, MongoDB 8, RabbitMQ 4, Mailpit, Caddy 2.10, Prometheus 3.5, Node's image",
    );
  }
  report.notProved("images for arm64, their SBOM and provenance: the release's workflow makes them");
  report.notProved("a certificate of a public authority: it takes a domain");
  report.notProved("a swarm of several machines: overlay networks between them, a machine that goes away");
  report.end();
}
