import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { eventually } from "../../test/support/eventually.ts";
import { underLoad } from "./books.ts";
import type { Client, Credentials, Place } from "./client.ts";
import type { Engine } from "./engine.ts";
import { NEXT_VERSION, VERSION } from "./images.ts";
import type { Report } from "./report.ts";
import { answers } from "./smoke.ts";
import type { Stack } from "./stack.ts";

/** By hand, and by itself when the new replica does not start. */
export async function rollsBack(stack: Stack, client: Client, report: Report): Promise<void> {
  report.progress("rolling the gateway back under load");
  const back = await underLoad(client, () => stack.service("rollback", "gateway", "-q"));
  assert.match(
    await stack.inspect("gateway", "{{.Spec.TaskTemplate.ContainerSpec.Image}}"),
    new RegExp(`:${VERSION}$`),
  );
  assert.equal(back.refused, 0, "requests lost in a rollback");
  report.proved(`gateway rolled back by hand: ${back.accepted} requests, 0 lost`);

  report.progress("an update to a gateway that does not start, under load");
  const wrong = ["--env-add=RABBIT_URL_FILE=/run/secrets/none", `--image=sixfold/gateway:${NEXT_VERSION}`];
  const before = await stack.lastUpdate("gateway");
  const failed = await underLoad(client, async () => {
    await stack.service("update", "gateway", "-q", "--detach", "--no-resolve-image", ...wrong);
    await eventually(async () => {
      const last = await stack.lastUpdate("gateway");
      return (last.startsWith("rollback_completed") && last !== before) || undefined;
    }, 240_000);
  });
  assert.equal(failed.refused, 0, "requests lost in an update that failed");
  report.proved(`an update to a gateway that does not start goes back by itself: ${failed.accepted} requests, 0 lost`);
}

/** Two more of what carries the load, and back: calls go to all of them. */
export async function scales(stack: Stack, client: Client, report: Report): Promise<void> {
  report.progress("four loggers under load");
  const nodes = new Set<string>();
  const outcome = await underLoad(client, async () => {
    await stack.scale({ logger: 4 });
    await eventually(async () => {
      const log = { name: "scaled", data: "x" };
      nodes.add((await client.post("/handle", { action: "log", log })).headers.get("x-node") ?? "");
      return nodes.size >= 4 || undefined;
    }, 60_000);
    await stack.scale({ logger: 2 });
  });
  assert.equal(outcome.refused, 0, "requests lost while scaling");
  report.proved(`four loggers, then two again: each took calls; ${outcome.accepted} requests, 0 lost`);
}

/** PostgreSQL's dump comes back in an empty volume, which has the first set's password. */
export async function restoresUsers(
  engine: Engine,
  stack: Stack,
  { place, credentials }: { place: Place; credentials: Credentials },
  report: Report,
): Promise<void> {
  report.progress("PostgreSQL's volume lost, and its dump restored");
  const dump = await stack.within("postgres", ["pg_dump", "-U", "sixfold", "users"]);
  await stack.scale({ auth: 0, postgres: 0 });
  const volume = `${stack.name}_postgres`;
  await eventually(async () => {
    const ended = await engine.docker(["ps", "-aq", "--filter", `volume=${volume}`]);
    if (ended !== "") await engine.docker(["rm", ...ended.split("\n")]);
    await engine.docker(["volume", "rm", volume]);
    return true;
  }, 90_000);
  await stack.scale({ postgres: 1 });
  await stack.within("postgres", ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-U", "sixfold", "users"], dump);
  await stack.scale({ auth: 2 });
  await answers(place, credentials);
  report.proved("PostgreSQL's dump, restored into an empty volume: the user logs in");
}

/** A second set of secrets, for all nodes at once; the servers run on. MongoDB's takes its shell, which no stand-in has. */
export async function changesPasswords(stack: Stack, client: Client, report: Report): Promise<void> {
  report.progress("new passwords under load");
  const read = (name: string, secret: string) => stack.within(name, ["cat", `/run/secrets/${secret}`]);
  const [session, mongo] = [await read("gateway", "session_key"), await read("mongo", "mongo_password")];
  const [postgres, rabbitmq] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  const before = await stack.container("postgres");
  const passwords = { POSTGRES_PASSWORD: postgres, RABBITMQ_PASSWORD: rabbitmq, MONGO_PASSWORD: mongo };
  const outcome = await underLoad(client, async () => {
    await stack.makeSecrets({ SECRETS: "verify-2", SESSION_KEY: session, ...passwords });
    await stack.within("postgres", ["psql", "-U", "sixfold", "users"], `ALTER USER sixfold PASSWORD '${postgres}'`);
    await stack.within("rabbitmq", ["rabbitmqctl", "change_password", "sixfold", rabbitmq]);
    await stack.renew({ SECRETS: "verify-2" });
  });
  assert.equal(await stack.container("postgres"), before, "a server runs on");
  report.proved(
    `new passwords for PostgreSQL and RabbitMQ, all nodes renewed at once, sessions go on: ${outcome.accepted} entries accepted, each once in the log; ${outcome.refused} refused, none of them twice`,
  );
}
