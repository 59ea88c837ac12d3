import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../test/support/eventually.ts";
import { behindProxy, Client, type Credentials } from "./client.ts";
import type { Engine } from "./engine.ts";
import { VERSION } from "./images.ts";
import { changesPasswords, restoresUsers, rollsBack, scales } from "./operations.ts";
import type { Part } from "./part.ts";
import { answers, labReports, smoke, smokeTested } from "./smoke.ts";
import { replicated, Stack } from "./stack.ts";
import { freeSurroundings } from "./surroundings.ts";
import { deathsUnderLoad, updatesUnderLoad } from "./under-load.ts";
import type { Undo } from "./undo.ts";

/** By then Swarm has noticed that a container is gone, ms. */
const NOTICE = 10_000;

/** `docker stack deploy` with two replicas of each node; what docs/swarm.md says that an operator does, and a death, under load. */
export async function proveSwarm({ engine, servers, report, undo }: Part): Promise<void> {
  report.heading("Swarm, two replicas of each service");
  await joinSwarm(engine, undo);
  const { env, ports } = await freeSurroundings();
  const stack = new Stack(engine, report, { ...env, ...servers.compose, VERSION });
  undo.add("the secrets", () => stack.removeSecrets()); // When the stack is gone.
  undo.add("the stack", () => stack.remove());

  await assert.rejects(stack.deploy(), /secret not found/);
  report.proved("without its secrets the stack does not start");
  await refusesDevelopmentSecrets(engine);
  report.proved("a node with the development secrets does not start in production");

  await stack.makeSecrets();
  report.progress("stack deploy");
  await stack.deploy();
  await stack.converged();
  report.proved(`every replica is up and healthy: ${replicated.map((name) => `${name} 2`).join(", ")}, lab 1`);
  const credentials = { email: "operator@example.com", password: randomBytes(12).toString("hex") };
  await createUser(stack, credentials);
  report.proved("the first user is made at the console");
  const place = behindProxy(ports.HTTP);
  await answers(place, credentials);
  await smoke(place, { credentials, isOpen: false });
  report.proved(`the same smoke test, in production mode: 401 for who is not signed in, ${smokeTested}`);

  const client = new Client(place);
  await client.signIn(credentials);
  await labReports(client);
  report.proved("the lab runs, and its report is kept");
  const load = { client, report };
  await updatesUnderLoad(load, replicated, (name, image) =>
    stack.service("update", name, "-q", "--no-resolve-image", `--image=${image}`),
  );
  await rollsBack(stack, client, report);
  await scales(stack, client, report);
  await deathsUnderLoad(load, (name) => kill(engine, stack, name));
  await restoresUsers(engine, stack, { place, credentials }, report);
  await changesPasswords(stack, client, report);
}

async function kill(engine: Engine, stack: Stack, name: "logger" | "gateway"): Promise<void> {
  await engine.docker(["kill", "--signal=KILL", await stack.container(name)]);
  await delay(NOTICE);
  await stack.converged();
}

async function joinSwarm(engine: Engine, undo: Undo): Promise<void> {
  const isIn = async () => (await engine.docker(["info", "--format={{.Swarm.LocalNodeState}}"])) === "active";
  if (await isIn()) return;
  undo.add("the swarm", async () => (await isIn()) && (await engine.docker(["swarm", "leave", "--force"])));
  await engine.docker(["swarm", "init", "--advertise-addr=127.0.0.1"]);
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
async function createUser(stack: Stack, { email, password }: Credentials): Promise<void> {
  await stack.scale({ console: 1 });
  const told = await eventually(async () => {
    const command = `user create ${email} --password ${password}\n`;
    const output = await stack.within("console", ["node", "dist/node/repl.js"], command);
    return /User \d+ is made|CONFLICT|already/.test(output) ? output : undefined;
  }, 120_000);
  assert.match(told, /made|already|CONFLICT/);
  await stack.scale({ console: 0 });
}
