import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { nodeNames } from "../../config/entry.ts";
import { eventually } from "../../test/support/eventually.ts";
import { underLoad } from "./books.ts";
import { behindProxy, Client } from "./client.ts";
import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { NEXT_VERSION, VERSION } from "./images.ts";
import type { Part } from "./part.ts";
import type { Report } from "./report.ts";
import { answers, labReports, smoke, smokeTested } from "./smoke.ts";
import { freeSurroundings } from "./surroundings.ts";
import type { Undo } from "./undo.ts";

const stack = "sixfold-verify";
/** The numbers of the stack's secrets and configs: other stacks' are not touched. */
const set = "verify";
/** The stack's servers, whatever this shell names for others. */
const ofTheStack = { DSN: "", MONGO_URL: "", RABBIT_URL: "" };
const replicated = nodeNames.filter((name) => name !== "lab");
const CONVERGENCE = 420_000;
/** By then Swarm has noticed that a container is gone, ms. */
const NOTICE = 10_000;

/** `docker stack deploy` with two replicas of each node; an update and a death under load. */
export async function proveSwarm({ engine, servers, report, undo }: Part): Promise<void> {
  report.heading("Swarm, two replicas of each service");
  await joinSwarm(engine, undo);
  const { env: chosen, ports } = await freeSurroundings();
  const replicas = Object.fromEntries(replicated.map((name) => [`${name.toUpperCase()}_REPLICAS`, "2"]));
  const env = { ...servers.compose, ...chosen, ...replicas, VERSION, SECRETS: set, CONFIGS: set };
  const command = ["stack", "deploy", "--resolve-image=never", "-c", "docker-compose.yml", stack];
  const deploy = () => engine.docker(command, env);
  undo.add("the secrets", () => removeSecrets(engine)); // When the stack is gone.
  undo.add("the stack", () => removeStack(engine));

  await assert.rejects(deploy(), /secret not found/);
  report.proved("without its secrets the stack does not start");
  await refusesDevelopmentSecrets(engine);
  report.proved("a node with the development secrets does not start in production");

  await run("sh", ["deploy/make-secrets.sh"], { env: { ...engine.env, SECRETS: set, ...ofTheStack } });
  report.progress("stack deploy");
  await deploy();
  await converged(engine, report);
  report.proved(`every replica is up and healthy: ${replicated.map((name) => `${name} 2`).join(", ")}, lab 1`);
  const credentials = { email: "operator@example.com", password: randomBytes(12).toString("hex") };
  await createUser(engine, credentials);
  report.proved("the first user is made at the console");
  const place = behindProxy(ports.HTTP);
  await answers(place, credentials);
  await smoke(place, { credentials, isOpen: false });
  report.proved(`the same smoke test, in production mode: 401 for who is not signed in, ${smokeTested}`);

  const client = new Client(place);
  await client.signIn(credentials);
  await labReports(client);
  report.proved("the lab runs, and its report is kept");
  await updateUnderLoad(engine, client, report);
  await deathUnderLoad(engine, client, report);
}

/** One service after the other: a small machine that starts every container anew at once answers nobody in time. */
async function updateUnderLoad(engine: Engine, client: Client, report: Report): Promise<void> {
  for (const name of replicated) {
    report.progress(`updating ${name} under load`);
    const image = `--image=sixfold/${name}:${NEXT_VERSION}`;
    const update = ["service", "update", "-q", "--no-resolve-image", image, `${stack}_${name}`];
    const outcome = await underLoad(client, () => engine.docker(update));
    assert.equal(outcome.refused, 0, `requests lost in an update of ${name}`);
    report.proved(
      `rolling update of ${name}: ${outcome.accepted} requests, 0 lost, each entry once in the log; the slowest ${outcome.slowest} ms`,
    );
  }
}

async function deathUnderLoad(engine: Engine, client: Client, report: Report): Promise<void> {
  for (const name of ["logger", "gateway"] as const) {
    report.progress(`killing a ${name} under load`);
    const outcome = await underLoad(client, async () => {
      await engine.docker(["kill", "--signal=KILL", await oneOf(engine, name)]);
      await delay(NOTICE);
      await converged(engine, report);
    });
    report.proved(
      `a ${name} killed: ${outcome.accepted} entries accepted, each once in the log; ${outcome.refused} refused, none of them twice`,
    );
  }
}

async function joinSwarm(engine: Engine, undo: Undo): Promise<void> {
  if ((await engine.docker(["info", "--format={{.Swarm.LocalNodeState}}"])) === "active") return;
  await engine.docker(["swarm", "init", "--advertise-addr=127.0.0.1"]);
  undo.add("the swarm", () => engine.docker(["swarm", "leave", "--force"]));
}

/** Every service has all its replicas, healthy ones. @throws Error with what is missing */
async function converged(engine: Engine, report: Report): Promise<void> {
  let told = 0;
  await eventually(async () => {
    const services = await engine.docker(["stack", "services", "--format={{.Name}} {{.Replicas}}", stack]);
    const missing = services.split("\n").filter((line) => {
      const [, running, wanted] = / (\d+)\/(\d+)/.exec(line) ?? [];
      return running === undefined || Number(running) < Number(wanted);
    });
    if (missing.length === 0) return true;
    if (Date.now() - told > 30_000) {
      told = Date.now();
      report.progress(`waiting for ${missing.map((line) => line.replace(`${stack}_`, "")).join(", ")}`);
    }
    throw new Error(`not up: ${missing.join(", ")}`);
  }, CONVERGENCE);
}

async function refusesDevelopmentSecrets(engine: Engine): Promise<void> {
  const secrets = ["--volume", `${process.cwd()}/deploy/development-secrets:/run/secrets:ro`];
  const files = ["RABBIT_URL", "SESSION_KEY"].flatMap((name) => [
    "-e",
    `${name}_FILE=/run/secrets/${name.toLowerCase()}`,
  ]);
  const start = engine.docker(["run", "--rm", "--network=none", ...secrets, ...files, `sixfold/gateway:${VERSION}`]);
  await assert.rejects(start, /ended with 2:\nRABBIT_URL_FILE: still says CHANGE_ME.*\nSESSION_KEY_FILE: still says/);
}

/** As docs/swarm.md says. */
async function createUser(engine: Engine, { email, password }: { email: string; password: string }): Promise<void> {
  await engine.docker(["service", "scale", `${stack}_console=1`]);
  const console = await oneOf(engine, "console");
  const told = await eventually(async () => {
    const command = `user create ${email} --password ${password}\n`;
    const output = await engine.docker(["exec", "-i", console, "node", "dist/node/repl.js"], {}, command);
    return /User \d+ is made|CONFLICT|already/.test(output) ? output : undefined;
  }, 120_000);
  assert.match(told, /made|already|CONFLICT/);
  await engine.docker(["service", "scale", `${stack}_console=0`]);
}

async function oneOf(engine: Engine, name: string): Promise<string> {
  const found = await engine.docker(["ps", "-q", "--filter", `name=${stack}_${name}\\.`]);
  const [first] = found.split("\n");
  assert.ok(first, `a container of ${name}`);
  return first;
}

async function removeStack(engine: Engine): Promise<void> {
  await engine.docker(["stack", "rm", stack]);
  const left = async () => await engine.docker(["ps", "-aq", "--filter", `label=com.docker.stack.namespace=${stack}`]);
  await eventually(async () => (await left()) === "" || undefined, 120_000);
  const volumes = await engine.docker(["volume", "ls", "-q", "--filter", `label=com.docker.stack.namespace=${stack}`]);
  if (volumes !== "") await engine.docker(["volume", "rm", ...volumes.split("\n")]);
}

async function removeSecrets(engine: Engine): Promise<void> {
  const names = await engine.docker(["secret", "ls", "--format={{.Name}}", "--filter", "name=sixfold_"]);
  const own = names.split("\n").filter((name) => name.endsWith(`_${set}`));
  if (own.length > 0) await engine.docker(["secret", "rm", ...own]);
}
